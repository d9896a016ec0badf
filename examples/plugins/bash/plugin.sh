#!/usr/bin/env bash
# A provisioner that sets the guest's time zone. It speaks Kiln's plugin protocol (docs/plugin-protocol.md) with jq:
# one JSON message a line comes on standard input and goes to standard output; standard error is for people.
set -uo pipefail

asked=0

send() { jq -cn '{jsonrpc: "2.0"} + '"$1" "${@:2}"; }
result() { send '{id: $id, result: $result}' --argjson id "$1" --argjson result "$2"; }
failure() { send '{id: $id, error: {code: $code, message: $message}}' --argjson id "$1" --argjson code "$2" --arg message "$3"; }
say() { send '{method: "say", params: {run: $run, text: $text}}' --arg run "$run" --arg text "$1"; }

# Calls a method of Kiln; the answer's result is in $reply. Fails, with the error in $reply, when Kiln does.
call() {
  asked=$((asked + 1))
  send '{id: $id, method: $method, params: ($params + {run: $run})}' \
    --argjson id "$asked" --arg method "$1" --argjson params "$2" --arg run "$run"
  local line
  while IFS= read -r line; do
    # "cancel" and the like come here, too; this plugin is soon through anyway.
    [ "$(jq -r '.method // empty' <<<"$line")" = "" ] || continue
    reply=$(jq -c '.result // .error' <<<"$line")
    jq -e 'has("result")' <<<"$line" >/dev/null
    return
  done
  exit 0
}

# Runs a command in the guest; fails with the guest's words in $reply.
guest() {
  call guest.exec "$(jq -cn --arg command "$1" '{command: $command}')" || return
  jq -e '.exitStatus == 0' <<<"$reply" >/dev/null && return
  reply=$(jq -c '{message: "the guest says: \(.outputTail)"}' <<<"$reply")
  return 1
}

provision() {
  local zone
  zone=$(jq -r '.config.zone' <<<"$params")
  say "Setting the time zone to $zone"
  guest "test -f '/usr/share/zoneinfo/$zone'" &&
    guest "ln -sf '/usr/share/zoneinfo/$zone' /etc/localtime && echo '$zone' >/etc/timezone"
}

while IFS= read -r message; do
  IFS=$'\t' read -r id method < <(jq -r '[.id // "", .method // ""] | @tsv' <<<"$message")
  params=$(jq -c '.params // {}' <<<"$message")
  run=$(jq -r '.run // empty' <<<"$params")
  case $method in
    initialize) result "$id" '{"protocol": 1}' ;;
    prepare)
      result "$id" "$(jq -c '
        if .config.zone | test("^[A-Za-z0-9_+-]+(/[A-Za-z0-9_+-]+)*$") then {diagnostics: []}
        else {diagnostics: [{severity: "error", code: "TIMEZONE_ZONE", pointer: "/zone", message: "\(.config.zone) is no time zone",
          hint: "write it as in /usr/share/zoneinfo"}]} end' <<<"$params")"
      ;;
    provision)
      if provision; then result "$id" '{}'; else failure "$id" -32000 "$(jq -r .message <<<"$reply")"; fi
      ;;
    cancel) ;;
    *) [ -z "$id" ] || failure "$id" -32601 "this plugin has no $method" ;;
  esac
done
