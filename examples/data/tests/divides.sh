# fails, and says why
got=$((7 / 2))
echo "7 / 2: want 4, got $got" >&2
[ "$got" -eq 4 ]
