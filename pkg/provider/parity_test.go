package provider_test

import (
	"testing"

	"github.com/asbru-gateway/asbru/integration/parity"
	"github.com/asbru-gateway/asbru/pkg/provider"
	"github.com/stretchr/testify/assert"
)

func TestThePageOnParityIsRightAboutProviders(t *testing.T) {
	for _, row := range parity.Rows(t, "Providers") {
		for _, name := range row.Names {
			_, known := provider.ByName(name)
			assert.Equal(t, !row.IsMissing(), known, name)
		}
	}
}
