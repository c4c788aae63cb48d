#!/usr/bin/env bash
# Shows that the network is a second wall: tries to connect, past the address guard, to what nobody may reach from where tenants' URLs are called.
# Run it in the network of an engine, and in that of an API. The images have no shell; a helper shares the network of one:
#
#   docker run --rm --network container:webhooks-engine-1 -v "$PWD/deploy:/deploy:ro" bash:5 bash /deploy/egress-smoke.sh
#   kubectl debug -it deploy/webhooks-engine --image=bash:5 -- bash      and paste it there
#
# FORBIDDEN adds your own (host:port …): other databases, the Docker host, the API of the cluster. ALLOWED must answer. Exits with 1 where the wall has a hole.
set -u
metadata="169.254.169.254:80 169.254.170.2:80 100.100.100.200:80 168.63.129.16:80 192.0.0.192:80 fd00:ec2::254:80"
cluster="${KUBERNETES_SERVICE_HOST:+$KUBERNETES_SERVICE_HOST:${KUBERNETES_SERVICE_PORT:-443}}"
holes=0

connects() { timeout 3 bash -c 'exec 3<>"/dev/tcp/$0/$1"' "${1%:*}" "${1##*:}" 2>/dev/null; }

for target in ${METADATA-$metadata} $cluster ${FORBIDDEN-}; do
    if connects "$target"; then echo "HOLE     $target answers"; holes=1; else echo "refused  $target"; fi
done
for target in ${ALLOWED-}; do
    if connects "$target"; then echo "reached  $target"; else echo "MISSING  $target does not answer"; holes=1; fi
done
exit $holes
