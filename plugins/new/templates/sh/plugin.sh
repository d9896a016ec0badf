#!/bin/sh
# A plugin of Kiln: the provisioner "example". One JSON message a line comes on standard input and goes to standard output;
# standard error is for people. The messages are those of docs/plugin-protocol.md, read and written by jq.
set -u

asked=0

# Calls a method of Kiln for the run; fails when Kiln does, and leaves why in $reply.
call() {
  asked=$((asked + 1))
  jq -cn '{jsonrpc: "2.0", id: $id, method: $method, params: ($params + {run: $run})}' \
    --argjson id "$asked" --arg method "$1" --argjson params "$2" --argjson run "$run"
  while IFS= read -r line; do
    # "cancel" and the like come here, too; this plugin is soon through anyway.
    printf '%s\n' "$line" | jq -e 'has("method")' >/dev/null && continue
    reply=$(printf '%s\n' "$line" | jq -r '.error.message // empty')
    printf '%s\n' "$line" | jq -e 'has("result")' >/dev/null
    return
  done
  exit 0
}

provision() {
  path=$(printf '%s\n' "$params" | jq -r .config.path)
  jq -cn '{jsonrpc: "2.0", method: "say", params: {run: $run, text: $text}}' --argjson run "$run" --arg text "Writing $path"
  call guest.upload "$(printf '%s\n' "$params" | jq -c '{content: (.config.text + "\n"), destination: .config.path, mode: 420}')"
}

while IFS= read -r message; do
  id=$(printf '%s\n' "$message" | jq -c '.id // empty')
  params=$(printf '%s\n' "$message" | jq -c '.params // {}')
  run=$(printf '%s\n' "$params" | jq -c '.run // 0')
  case $(printf '%s\n' "$message" | jq -r '.method // empty') in
    initialize) jq -cn '{jsonrpc: "2.0", id: $id, result: {protocol: 1}}' --argjson id "$id" ;;
    provision)
      if provision; then
        jq -cn '{jsonrpc: "2.0", id: $id, result: {}}' --argjson id "$id"
      else
        jq -cn '{jsonrpc: "2.0", id: $id, error: {code: -32000, message: $why}}' --argjson id "$id" --arg why "$reply"
      fi
      ;;
    *)
      [ -z "$id" ] || jq -cn '{jsonrpc: "2.0", id: $id, error: {code: -32601, message: "no such method"}}' --argjson id "$id"
      ;;
  esac
done
