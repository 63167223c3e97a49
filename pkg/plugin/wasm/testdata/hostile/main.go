// Command hostile is a guest that does what the model of the call says.
package main

import (
	"bytes"
	"os"
	"strings"
	"time"

	"github.com/asbru-gateway/asbru/pkg/plugin/guest"
)

var kept [][]byte

func init() { //nolint:gochecknoinits // a module has no other beginning
	for _, point := range []string{"before_route", "on_events"} {
		guest.Handle(point, do)
	}
}

func do(f *guest.Frame) *guest.Answer {
	switch f.Call.Model {
	case "loops":
		for {
			kept = kept[:0]
		}
	case "is slow":
		for until := time.Now().Add(time.Hour); time.Now().Before(until); {
			kept = kept[:0]
		}
	case "blocks":
		time.Sleep(time.Hour)
	case "allocates without end":
		for {
			kept = append(kept, bytes.Repeat([]byte("x"), 1<<20))
		}
	case "crashes":
		panic("on purpose")
	case "exits":
		os.Exit(3) //nolint:forbidigo // on purpose
	case "shouts":
		for range 1000 {
			_, _ = os.Stderr.WriteString("key sk-proj-abcdefghijklmnopqrstuvwxyz0123456789ABCD\n")
		}
	case "reads":
		b := make([]byte, 1)
		_, err := os.Stdin.Read(b)
		_, file := os.ReadFile("/etc/passwd")
		return guest.Refuse(400, "read", err.Error()+" "+file.Error()+" "+strings.Join(os.Environ(), ","))
	case "answers too much":
		return guest.Refuse(400, "huge", strings.Repeat("x", 17<<20))
	case "answers garbage":
		return &guest.Answer{Action: "explode"}
	}
	return nil
}

func main() {}
