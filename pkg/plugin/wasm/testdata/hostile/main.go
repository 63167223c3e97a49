// Command hostile is a guest that does what the model of the call says.
package main

import (
	"bytes"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/asbru-gateway/asbru/pkg/plugin/guest"
)

var kept [][]byte

// began is what a question over the network has come to before any hook.
var began error

func init() { //nolint:gochecknoinits // a module has no other beginning
	_, began = guest.Fetch(&guest.HTTPRequest{URL: "https://example.com"})
	for _, point := range []string{"before_route", "on_events"} {
		guest.Handle(point, do)
	}
}

func do(f *guest.Frame) *guest.Answer {
	if urls, asks := strings.CutPrefix(f.Call.Model, "fetches "); asks {
		return guest.Refuse(400, "asked", ask(strings.Fields(urls)))
	}
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
	case "asked before":
		return guest.Refuse(400, "asked", began.Error())
	case "asks without end":
		for {
			_, _ = guest.Fetch(&guest.HTTPRequest{URL: "https://example.com"})
		}
	case "answers too much":
		return guest.Refuse(400, "huge", strings.Repeat("x", 17<<20))
	case "answers garbage":
		return &guest.Answer{Action: "explode"}
	}
	return nil
}

// ask asks for each of some URLs, which may have a method and a # before them, and says what has come of it.
func ask(urls []string) string {
	var all []string
	for _, url := range urls {
		method, url, ok := strings.Cut(url, "#")
		if !ok {
			method, url = "GET", method
		}
		answer, err := guest.Fetch(&guest.HTTPRequest{
			Method: method, URL: url, Body: []byte("a question"), Timeout: 2 * time.Second,
			Headers: map[string][]string{"X-Asked": {"by the guest"}},
		})
		if err != nil {
			all = append(all, err.Error())
			continue
		}
		all = append(all, strconv.Itoa(answer.Status)+" "+string(answer.Body)+strings.Join(answer.Headers["Location"], ""))
	}
	return strings.Join(all, " | ")
}

func main() {}
