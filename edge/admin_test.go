package edge

import (
	"testing"

	"github.com/asbru-gateway/asbru/ui"
)

func TestThePathsOfTheUIAreTheAdminAPIs(t *testing.T) {
	for _, path := range []string{"/", "/ui/", "/ui/calls", "/ui/assets/x.js", "/ui", "/v1/models", "/uix"} {
		if ui.Has(path) != isAdmin(path) {
			t.Errorf("%s", path)
		}
	}
}
