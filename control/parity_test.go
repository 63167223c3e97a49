package control_test

import (
	"strings"
	"testing"

	"github.com/asbru-gateway/asbru/integration/parity"
	"github.com/stretchr/testify/assert"
)

func TestThePageOnParityIsRightAboutTheManagementAPI(t *testing.T) {
	_, is := describe(t, open(t))
	served := map[string]bool{}
	for path, methods := range is.Paths {
		for method := range methods {
			served[strings.ToUpper(method)+" "+parity.Shape(path)] = true
		}
	}
	for _, row := range parity.Rows(t, "Management API") {
		for _, name := range row.Names {
			method, path, ok := parity.Route(name)
			if !ok {
				continue
			}
			there := served[method+" "+parity.Shape(path)]
			assert.False(t, row.IsKept() && !there, "docs/parity.md has %s, which is not there", name)
			assert.False(t, row.IsMissing() && there, "docs/parity.md misses %s, which is there by now", name)
		}
	}
}
