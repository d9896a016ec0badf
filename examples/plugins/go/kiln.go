package main

// Speaks Kiln's plugin protocol (docs/plugin-protocol.md), version 1, with the standard library only.

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"sync"
)

// Error is what goes wrong, as JSON-RPC has it; one of Kiln's that is returned goes back as it came.
type Error struct {
	Code    int            `json:"code"`
	Message string         `json:"message"`
	Data    map[string]any `json:"data,omitempty"`
}

func (e *Error) Error() string { return e.Message }

type message struct {
	Version string          `json:"jsonrpc"`
	ID      *int            `json:"id,omitempty"`
	Method  string          `json:"method,omitempty"`
	Params  json.RawMessage `json:"params,omitempty"`
	Result  json.RawMessage `json:"result,omitempty"`
	Error   *Error          `json:"error,omitempty"`
}

// Peer is the conversation with Kiln.
type Peer struct {
	mutex     sync.Mutex
	out       io.Writer
	asked     int
	waiting   map[int]chan message
	cancelled map[int]context.CancelFunc
}

func (p *Peer) send(m message) {
	m.Version = "2.0"
	line, err := json.Marshal(m)
	if err != nil {
		panic(err)
	}
	p.mutex.Lock()
	defer p.mutex.Unlock()
	p.out.Write(append(line, '\n'))
}

func raw(value any) json.RawMessage {
	encoded, err := json.Marshal(value)
	if err != nil {
		panic(err)
	}
	return encoded
}

// Run is a component at work, and what it may ask of Kiln.
type Run struct {
	Context context.Context
	peer    *Peer
	handle  string
}

// Say writes a line for the user.
func (r *Run) Say(text string) {
	r.peer.send(message{Method: "say", Params: raw(map[string]any{"run": r.handle, "text": text})})
}

// Progress tells how far something is.
func (r *Run) Progress(what string, done, total int64) {
	params := map[string]any{"run": r.handle, "what": what, "done": done, "total": total}
	r.peer.send(message{Method: "progress", Params: raw(params)})
}

// Call calls a method of the protocol for this run and decodes its result.
func (r *Run) Call(method string, params map[string]any, result any) error {
	all := map[string]any{"run": r.handle}
	for name, value := range params {
		all[name] = value
	}
	answer := make(chan message, 1)
	r.peer.mutex.Lock()
	r.peer.asked++
	id := r.peer.asked
	r.peer.waiting[id] = answer
	r.peer.mutex.Unlock()
	r.peer.send(message{ID: &id, Method: method, Params: raw(all)})
	reply := <-answer
	if reply.Error != nil {
		return reply.Error
	}
	return json.Unmarshal(reply.Result, result)
}

// Work does what one request of Kiln asks for.
type Work func(run *Run, params json.RawMessage) (any, error)

func (p *Peer) serve(ctx context.Context, m message, works map[string]Work) {
	var about struct {
		Run      string `json:"run"`
		Type     string `json:"type"`
		Protocol []int  `json:"protocol"`
	}
	_ = json.Unmarshal(m.Params, &about)
	reply := message{ID: m.ID}
	work := works[m.Method+" "+about.Type]
	var result any
	var err error
	switch {
	case m.Method == "initialize":
		result = map[string]any{"protocol": 1}
		if len(about.Protocol) == 0 || about.Protocol[0] > 1 {
			err = errors.New("this plugin speaks version 1 only")
		}
	case work == nil:
		err = &Error{Code: -32601, Message: fmt.Sprintf("this plugin has no %s for %q", m.Method, about.Type)}
	default:
		result, err = work(&Run{Context: ctx, peer: p, handle: about.Run}, m.Params)
	}
	var told *Error
	if errors.As(err, &told) {
		reply.Error = told
	} else if err != nil {
		reply.Error = &Error{Code: -32000, Message: err.Error()}
	} else {
		reply.Result = raw(result)
	}
	p.mutex.Lock()
	delete(p.cancelled, *m.ID)
	p.mutex.Unlock()
	p.send(reply)
}

func (p *Peer) take(m message, works map[string]Work) {
	if m.Method == "" {
		p.mutex.Lock()
		answer := p.waiting[*m.ID]
		delete(p.waiting, *m.ID)
		p.mutex.Unlock()
		if answer != nil {
			answer <- m
		}
		return
	}
	if m.Method == "cancel" {
		var about struct{ ID int }
		_ = json.Unmarshal(m.Params, &about)
		p.mutex.Lock()
		if cancel := p.cancelled[about.ID]; cancel != nil {
			cancel()
		}
		p.mutex.Unlock()
		return
	}
	if m.ID == nil {
		return
	}
	ctx, cancel := context.WithCancel(context.Background())
	p.mutex.Lock()
	p.cancelled[*m.ID] = cancel
	p.mutex.Unlock()
	go p.serve(ctx, m, works)
}

// Speak speaks with Kiln until it closes standard input. `works` are by method and type: "postProcess sums".
func Speak(works map[string]Work) error {
	peer := &Peer{out: os.Stdout, waiting: map[int]chan message{}, cancelled: map[int]context.CancelFunc{}}
	in := bufio.NewReader(os.Stdin)
	for {
		line, err := in.ReadBytes('\n')
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		var m message
		if err := json.Unmarshal(line, &m); err != nil {
			return err
		}
		peer.take(m, works)
	}
}
