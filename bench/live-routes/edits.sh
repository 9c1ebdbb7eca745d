#!/bin/sh
# Runs the demo under load on a copy of the routes, and edits, breaks, mends, adds, moves and deletes routes meanwhile.
# Usage: bench/live-routes/edits.sh [RATE [SECONDS]]; exits as the demo does: 0 when source and warehouse are equal afterwards.
set -eu
cd "$(dirname "$0")/../.."
rate=${1:-1000}
seconds=${2:-90}
routes=$(mktemp -d)/routes
out=$(mktemp)
cp -r routes "$routes"
books=$routes/bookstore
# It comes while the demo runs.
mv "$books/authors.camel.yaml" "$routes/authors"

seen=0
# Waits until the log has answered the step before with a new line of this text.
answered() {
  until tail -n "+$((seen + 1))" "$out" | grep -q "$1" || ! kill -0 $demo 2>/dev/null; do sleep 0.2; done
  sleep 2
}
say() {
  seen=$(wc -l <"$out")
  echo "$(date +%H:%M:%S) ----- $1" >>"$out"
}

BACTRIAN_ROUTES=$routes ./bactrian demo --rate "$rate" --for "${seconds}s" --verify >>"$out" 2>&1 &
demo=$!
tail -n +1 -f "$out" --pid=$demo | sed -u "s#$routes#routes#g" &
# The first look at the tables is the sign that the load is on.
answered 'written .* transactions'

say "edit a route: orders gets a step"
sed -i 's/^        - to: warehouse:/        - to: kamelet:only-if?condition=order_id > 0\n&/' "$books/orders.camel.yaml"
answered 'routes: changed'
cp "$books/orders.camel.yaml" "$routes/right"
say "break it: a component that is not there"
sed -i 's/warehouse:/warehose:/' "$books/orders.camel.yaml"
answered 'routes: .*go on'
say "break it in another way: half a file"
head -c 150 "$routes/right" >"$books/orders.camel.yaml"
answered 'routes: .*go on'
say "mend it"
cp "$routes/right" "$books/orders.camel.yaml"
answered 'routes: up again'
say "add a route: authors"
cp "$routes/authors" "$books/authors.camel.yaml"
answered 'routes: added'
say "break a kamelet"
sed -i 's/{{columns}}/{{colums}}/' "$routes/kamelets/mask.kamelet.yaml"
answered 'routes: .*go on'
say "mend it"
cp routes/kamelets/mask.kamelet.yaml "$routes/kamelets/mask.kamelet.yaml"
answered 'routes: up again'
say "delete a route: authors"
rm "$books/authors.camel.yaml"
answered 'routes: removed'
say "move a route to another file: orders"
mv "$books/orders.camel.yaml" "$books/all-orders.camel.yaml"
answered 'routes: moved'
say "edit the capture"
sed -i 's/pollIntervalMs: 20/pollIntervalMs: 25/' "$routes/capture/shop.camel.yaml"
answered 'routes: changed'
say "add authors again"
cp "$routes/authors" "$books/authors.camel.yaml"
answered 'routes: added'
say "all edits were taken or refused as expected; the load goes on"
status=0
wait $demo || status=$?
sleep 1
echo "exit $status"
exit $status
