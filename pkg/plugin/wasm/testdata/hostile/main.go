// Command hostile is a guest that does what the request's user says.
package main

import (
	"bytes"
	"encoding/json"
	"os"
	"strings"

	"github.com/asbru-gateway/asbru/pkg/plugin/guest"
)

var kept [][]byte

func init() { //nolint:gochecknoinits // a module has no other beginning
	guest.Handle("before_route", func(f *guest.Frame) *guest.Answer {
		var r struct {
			User string `json:"user"`
		}
		_ = json.Unmarshal(f.Request, &r)
		switch r.User {
		case "loop":
			for i := 0; ; i++ {
				kept = kept[:0]
			}
		case "grow":
			for {
				kept = append(kept, bytes.Repeat([]byte("x"), 1<<20))
			}
		case "panic":
			panic("on purpose")
		case "exit":
			os.Exit(3) //nolint:forbidigo // on purpose
		case "shout":
			for range 1000 {
				_, _ = os.Stderr.WriteString("key sk-proj-abcdefghijklmnopqrstuvwxyz0123456789ABCD\n")
			}
		case "read":
			b := make([]byte, 1)
			_, err := os.Stdin.Read(b)
			_, file := os.ReadFile("/etc/passwd")
			return guest.Refuse(400, "read", err.Error()+" "+file.Error()+" "+strings.Join(os.Environ(), ","))
		case "huge":
			return guest.Refuse(400, "huge", strings.Repeat("x", 17<<20))
		case "garbage":
			return &guest.Answer{Action: "explode"}
		}
		return nil
	})
}

func main() {}
