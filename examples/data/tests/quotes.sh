# passes
name="it's 5 o'clock"
[ "$(echo "$name" | wc -w | tr -d ' ')" = 3 ]
