package control

import (
	"bytes"
	"context"
	"net/http"
	"runtime"
	"runtime/pprof"
	"time"

	"github.com/danielgtaylor/huma/v2"
)

// Profiles tell of how the process is made and of what is in its memory: they are for
// administrators alone, and asking for one is entered into the audit. They are of the process
// that answers; other nodes have theirs at --ops-listen.

func (c *Control) profileRoutes() {
	huma.Register(c.api, at(http.MethodGet, "/api/dev/pprof", "get-runtime", "Show what memory and goroutines this process has"), c.runtimeFigures)
	huma.Register(c.api, answering(textType, at(http.MethodGet, "/api/dev/pprof/goroutines", "get-goroutines", "Show where the goroutines of this process are, as text")), c.goroutines)
	huma.Register(c.api, answering(pprofType, at(http.MethodGet, "/api/dev/pprof/profile", "get-profile", "Take a profile of this process, for go tool pprof")), c.profile)
}

const (
	textType  = "text/plain; charset=utf-8"
	pprofType = "application/octet-stream"
)

// answering says of an operation that its answer is bytes of another type than JSON.
func answering(contentType string, o huma.Operation) huma.Operation {
	body := &huma.Schema{Type: "string", Format: "binary"}
	o.Responses = map[string]*huma.Response{"200": {Description: "OK", Content: map[string]*huma.MediaType{contentType: {Schema: body}}}}
	return o
}

type runtimeOutput struct {
	Body struct {
		Go         string `json:"go_version"`
		CPUs       int    `json:"num_cpu"`
		MaxProcs   int    `json:"gomaxprocs"`
		Goroutines int    `json:"goroutines"`
		HeapInUse  uint64 `json:"heap_in_use_bytes"`
		HeapIdle   uint64 `json:"heap_idle_bytes"`
		Objects    uint64 `json:"heap_objects"`
		Stacks     uint64 `json:"stack_bytes"`
		FromSystem uint64 `json:"system_bytes" doc:"All memory that the runtime has of the system."`
		Collected  uint32 `json:"gc_runs"`
		Paused     int64  `json:"gc_pause_total_ms"`
	}
}

func (c *Control) runtimeFigures(context.Context, *struct{}) (*runtimeOutput, error) {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	out := &runtimeOutput{}
	b := &out.Body
	b.Go, b.CPUs, b.MaxProcs, b.Goroutines = runtime.Version(), runtime.NumCPU(), runtime.GOMAXPROCS(0), runtime.NumGoroutine()
	b.HeapInUse, b.HeapIdle, b.Objects, b.Stacks, b.FromSystem = m.HeapInuse, m.HeapIdle, m.HeapObjects, m.StackInuse, m.Sys
	b.Collected, b.Paused = m.NumGC, time.Duration(m.PauseTotalNs).Milliseconds() //nolint:gosec // less than 292 years
	return out, nil
}

type profileOutput struct {
	ContentType string `header:"Content-Type"`
	Body        []byte
}

func (c *Control) goroutines(context.Context, *struct{}) (*profileOutput, error) {
	return written("goroutine", 2, textType)
}

type profileInput struct {
	Name    string `query:"name" enum:"cpu,heap,allocs,goroutine,mutex,block" default:"cpu" doc:"Of what. mutex and block are empty while the process does not sample them."`
	Seconds int    `query:"seconds" minimum:"1" maximum:"60" default:"10" doc:"How long a profile of the CPU is."`
}

// profile takes a profile. One of the CPU takes its time, and there is but one at a time.
func (c *Control) profile(ctx context.Context, in *profileInput) (*profileOutput, error) {
	if in.Name != "cpu" {
		return written(in.Name, 0, pprofType)
	}
	var out bytes.Buffer
	if err := pprof.StartCPUProfile(&out); err != nil {
		return nil, refuse(http.StatusConflict, "conflict", "A profile of the CPU is being taken already.")
	}
	select {
	case <-time.After(time.Duration(in.Seconds) * time.Second):
	case <-ctx.Done(): // what there is by then is thrown away with the answer
	}
	pprof.StopCPUProfile()
	return &profileOutput{pprofType, out.Bytes()}, nil
}

func written(name string, debug int, contentType string) (*profileOutput, error) {
	var out bytes.Buffer
	if err := pprof.Lookup(name).WriteTo(&out, debug); err != nil {
		return nil, err
	}
	return &profileOutput{contentType, out.Bytes()}, nil
}
