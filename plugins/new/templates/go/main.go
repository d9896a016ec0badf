// A plugin of Kiln: the post-processor "example", which writes a list of the artifact's files.
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
)

type artifact struct {
	BuilderID   string         `json:"builderId"`
	ID          string         `json:"id"`
	Description string         `json:"description"`
	Files       []string       `json:"files"`
	Properties  map[string]any `json:"properties"`
}

func list(run *Run, params json.RawMessage) (any, error) {
	var asked struct {
		Config struct{ Output string }
		Input  artifact
	}
	if err := json.Unmarshal(params, &asked); err != nil {
		return nil, err
	}
	// The file comes to its place when it is whole, and what is there is replaced with -force only.
	var stage struct {
		Stage int
		Path  string
	}
	if err := run.Call("stage.open", map[string]any{"path": asked.Config.Output}, &stage); err != nil {
		return nil, err
	}
	text := strings.Join(append(asked.Input.Files, ""), "\n")
	if err := os.WriteFile(stage.Path, []byte(text), 0o666); err != nil {
		return nil, err
	}
	if err := run.Call("stage.publish", map[string]any{"stage": stage.Stage}, &stage); err != nil {
		return nil, err
	}
	run.Say("Wrote " + stage.Path)
	made := artifact{
		BuilderID:   "example",
		ID:          asked.Input.ID,
		Description: "List of files: " + stage.Path,
		Files:       []string{stage.Path},
		Properties:  map[string]any{},
	}
	return map[string]any{"artifact": made, "input": "keep"}, nil
}

func main() {
	if err := Speak(map[string]Work{"postProcess example": list}); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
