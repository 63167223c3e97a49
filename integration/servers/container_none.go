//go:build !integration

package servers

import (
	"errors"
	"testing"
)

// contain has no containers to give: their client is built into tests of the
// integration tag alone, which spares all others its weight.
func contain(testing.TB, image) (on machine, host string, err error) {
	return nil, "", errors.New("servers in containers want tests that are built with -tags integration")
}
