# passes
[ "$(printf '3\n1\n2\n' | sort | tr -d '\n')" = 123 ]
