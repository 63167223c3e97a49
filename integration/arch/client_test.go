package arch_test

import (
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/asbru-gateway/asbru/control"
	"github.com/asbru-gateway/asbru/pkg/plugin/artefact"
	"github.com/asbru-gateway/asbru/ui/typescript"
	"github.com/stretchr/testify/require"
)

//go:generate go test . -run TestTheUIsClientIsMadeFromTheDescription -update

var update = flag.Bool("update", false, "write the UI's client of the admin API anew")

// It stands here, and not beside the writer, since fields of any package's configuration are
// part of the admin API.
func TestTheUIsClientIsMadeFromTheDescription(t *testing.T) {
	document, err := control.New(control.Options{Token: "token", Artefacts: artefact.NewShelf(nil)}).Description().MarshalJSON()
	require.NoError(t, err)
	made, err := typescript.Of(document)
	require.NoError(t, err)
	file := filepath.Join("..", "..", "ui", "src", "api", "operations.ts")
	if *update {
		require.NoError(t, os.WriteFile(file, made, 0o600))
	}
	kept, err := os.ReadFile(file)
	require.NoError(t, err)
	if string(kept) != string(made) {
		t.Error("ui/src/api/operations.ts is not what the admin API is by now; run make generate")
	}
}
