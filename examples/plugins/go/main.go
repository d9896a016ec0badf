// A post-processor that lists the SHA-256 of an artifact's files, as sha256sum does.
package main

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
)

type artifact struct {
	BuilderID   string         `json:"builderId"`
	ID          string         `json:"id"`
	Description string         `json:"description"`
	Files       []string       `json:"files"`
	Properties  map[string]any `json:"properties"`
}

type request struct {
	Config struct{ Output string }
	Input  artifact
}

func sum(run *Run, path string) (string, error) {
	file, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer file.Close()
	about, err := file.Stat()
	if err != nil {
		return "", err
	}
	hash := sha256.New()
	for done := int64(0); ; {
		if err := run.Context.Err(); err != nil {
			return "", err
		}
		n, err := io.CopyN(hash, file, 64<<20)
		done += n
		run.Progress("reading "+filepath.Base(path), done, about.Size())
		if err == io.EOF {
			return fmt.Sprintf("%x", hash.Sum(nil)), nil
		}
		if err != nil {
			return "", err
		}
	}
}

func sums(run *Run, params json.RawMessage) (any, error) {
	var asked request
	if err := json.Unmarshal(params, &asked); err != nil {
		return nil, err
	}
	var list strings.Builder
	for _, path := range asked.Input.Files {
		digest, err := sum(run, path)
		if err != nil {
			return nil, err
		}
		fmt.Fprintf(&list, "%s  %s\n", digest, filepath.Base(path))
	}
	var stage struct {
		Stage int
		Path  string
	}
	if err := run.Call("stage.open", map[string]any{"path": asked.Config.Output}, &stage); err != nil {
		return nil, err
	}
	if err := os.WriteFile(stage.Path, []byte(list.String()), 0o666); err != nil {
		return nil, err
	}
	if err := run.Call("stage.publish", map[string]any{"stage": stage.Stage}, &stage); err != nil {
		return nil, err
	}
	run.Say("Wrote " + stage.Path)
	made := artifact{
		BuilderID:   "example.sums",
		ID:          asked.Input.ID,
		Description: "SHA-256 of " + asked.Input.ID + ": " + stage.Path,
		Files:       []string{stage.Path},
		Properties:  map[string]any{},
	}
	return map[string]any{"artifact": made, "input": "keep"}, nil
}

func main() {
	if err := Speak(map[string]Work{"postProcess sums": sums}); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
