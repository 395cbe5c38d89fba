# Never ends by itself, and neither does what it starts.
sleep 600 &
echo "waiting for a server that does not come up"
wait
