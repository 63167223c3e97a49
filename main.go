// Command asbru is an AI gateway: one OpenAI-compatible endpoint in front of
// every provider. See README.md.
package main

import (
	"fmt"
	"os"
	_ "time/tzdata" // for those that have no time zones: reports have days of their own

	"github.com/asbru-gateway/asbru/internal/command"
	_ "golang.org/x/crypto/x509roots/fallback" // for images and machines that have no certificate roots of their own
)

// Set by the linker; see the Makefile.
var version, commit string

func main() {
	root := command.Root(command.Build{Version: version, Commit: commit})
	if err := root.Execute(); err != nil {
		fmt.Fprintln(os.Stderr, "asbru:", err)
		os.Exit(command.ExitCode(err))
	}
}
