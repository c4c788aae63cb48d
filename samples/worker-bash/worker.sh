#!/usr/bin/env bash
# A worker in bash and curl: runs one program for each job of a type.
#
#   JOBS_URL=http://127.0.0.1:8080 JOBS_KEY=whk_… ./worker.sh checksum sha256sum
#
# The program gets the job's input on stdin: a JSON string as its text, anything else as JSON. What it prints is the result: as it is where it
# is JSON, else as a string. Exit code 0 completes the job, 65 fails it for good, any other fails the attempt, to be tried again.
# JOBS_LEASE: seconds after which the service takes a silent worker's job away (60; 10 at least).
set -u
export LC_ALL=C # JSON is read and written byte by byte

if (($# < 2)) || [[ -z ${JOBS_URL:-} || -z ${JOBS_KEY:-} ]]; then
  echo "usage: JOBS_URL=… JOBS_KEY=… worker.sh TYPE PROGRAM [ARGUMENT…]" >&2
  exit 64
fi
type=$1
shift
lease=${JOBS_LEASE:-60}
worker=${JOBS_WORKER:-$HOSTNAME:$$}
json=$(dirname -- "${BASH_SOURCE[0]}")/json.awk
command -v -- "$1" >/dev/null || { echo "worker: there is no program $1" >&2; exit 64; }

work=$(mktemp -d) || exit 73
trap 'rm -rf -- "$work"' EXIT
(umask 077 && printf 'header = "Authorization: Bearer %s"\n' "$JOBS_KEY" >"$work/curl") # not on a command line, where ps would show it
unset JOBS_KEY                                                                           # nor in the program's environment

stopping='' calling='' child='' reason=''
trap 'stopping=1; [[ -z $calling ]] || kill "$calling" 2>/dev/null; end stopped' TERM INT

say() { printf '%s worker: %s\n' "$(date -u +%H:%M:%S)" "$*" >&2; }

# post PATH FENCE SECONDS: posts $work/body. The status comes in $status, 000 where nobody answered, the answer in $work/answer.
post() {
  : >"$work/answer"
  curl --silent --config "$work/curl" --max-time "$3" --header 'Content-Type: application/json' ${2:+--header "Lease-Fence: $2"} \
    --data-binary "@$work/body" --output "$work/answer" --write-out '%{http_code}' "$JOBS_URL$1" >"$work/status" 2>/dev/null 3<&- &
  local pid=$!
  [[ $1 == /worker/claims ]] && calling=$pid # only the claim may be broken off
  until wait "$pid" || ! kill -0 "$pid" 2>/dev/null; do :; done
  calling=''
  status=$(<"$work/status")
}

# get PATH: the raw JSON at a path of the last answer, such as jobs.0.id
get() { awk -v want="$1" -f "$json" <"$work/answer"; }
text() { awk -v want="$1" -v decode=1 -f "$json" <"$work/answer"; }
quote() { awk -v encode=1 -f "$json"; }

# nap SECONDS: a sleep that a signal ends
nap() {
  sleep "$1" 3<&- &
  wait $!
}

# end REASON: the program is to end, with everything that it started; the first reason counts
end() {
  [[ -n $child ]] || return 0
  reason=${reason:-$1}
  kill -TERM -- "-$child" 2>/dev/null
}

# What stands in $work/body is told until somebody answers or the lease is over. A result that is refused becomes a failure.
tell() { # tell CALL FENCE
  local wait=1
  while ((SECONDS - proved < lease)); do
    post "/worker/jobs/$id/$1" "$2" 10
    case $status in
      200) say "$id $1"; return ;;
      404 | 412) say "$id is not ours any more ($status)"; return ;;
      400 | 413 | 422)
        say "$id $1 refused ($status): $(text detail)"
        [[ $1 == complete ]] || return
        printf '{"error":{"code":"result_refused","message":%s},"retryable":false}' "$(get detail || echo '""')" >"$work/body"
        set -- fail "$2" ;;
      *) nap "$wait"; wait=$((wait < 8 ? wait * 2 : 8)) ;;
    esac
  done
  say "$id is not ours any more: nobody answered for as long as its lease"
}

beat() { # one heartbeat; what it says may end the program
  local asked=$SECONDS
  printf '{"lease_seconds":%d}' "$lease" >"$work/body"
  post "/worker/jobs/$id/heartbeat" "$fence" 5
  case $status in
    200)
      proved=$asked
      [[ $(get cancel_requested) != true ]] || end canceled ;;
    404 | 412) end lost ;;
    *) ((SECONDS - proved < lease)) || end lost ;;
  esac
}

run() { # the job in $work/answer
  local code=''
  id=$(text jobs.0.id) fence=$(get jobs.0.fence) reason=''
  case $(get jobs.0.input) in
    '"'*) text jobs.0.input >"$work/input" ;;
    *) get jobs.0.input >"$work/input" ;;
  esac
  say "$id begins"
  # The program runs in a process group of its own; this end of the pipe hears its number and, at once, how it ended.
  exec 3< <(set -m; "$@" <"$work/input" >"$work/output" 2>"$work/errors" 3<&- & echo $!; wait $!; echo $?)
  until read -r -u 3 child || (($? == 1)); do :; done # a signal may break a read off; 1 is the end of the pipe
  [[ -z $stopping ]] || end stopped
  until read -r -t "$((lease / 3))" -u 3 code || (($? == 1)); do beat; done
  child=''
  exec 3<&-

  case $reason in
    lost) say "$id is not ours any more: what it made is dropped" ;;
    canceled) echo '{}' >"$work/body"; tell canceled "$fence" ;;
    stopped) echo '{}' >"$work/body"; tell release "$fence" ;;
    *) report "${code:-1}" ;;
  esac
}

report() { # report CODE: how the program ended
  if (($1 != 0)); then
    printf '{"error":{"code":"program_failed","message":%s},"retryable":%s}' \
      "$({ printf 'exit %d: ' "$1"; tail -n 5 "$work/errors" | tail -c 1000 | tr -cd '\011\012\040-\176'; } | quote)" \
      "$( (($1 == 65)) && echo false || echo true)" >"$work/body"
    tell fail "$fence"
  elif (($(wc -c <"$work/output") > 1048576)); then
    echo '{"error":{"code":"result_too_large","message":"The program printed more than 1 MiB."},"retryable":false}' >"$work/body"
    tell fail "$fence"
  else
    {
      printf '{"result":'
      awk -v want= -f "$json" <"$work/output" || quote <"$work/output"
      printf '}'
    } >"$work/body"
    tell complete "$fence"
  fi
}

say "waits for jobs of type $type"
pause=1
while [[ -z $stopping ]]; do
  proved=$SECONDS # the lease counts from before the claim
  printf '{"types":["%s"],"max":1,"wait_seconds":%d,"lease_seconds":%d,"worker_id":%s}' \
    "$type" "$((lease / 3))" "$lease" "$(printf %s "$worker" | quote)" >"$work/body"
  post /worker/claims '' "$((lease / 3 + 10))"
  case $status in
    200) pause=1; run "$@" ;;
    204) pause=1 ;;
    *)
      [[ -n $stopping ]] || { say "no job could be claimed ($status $(text detail)); again in $pause s"; nap "$pause"; }
      pause=$((pause < 30 ? pause * 2 : 30)) ;;
  esac
done
say "stopped"
