package control

import (
	"net/http"

	"github.com/asbru-gateway/asbru/pkg/store"
)

// store returns the store, or what to answer while it cannot be reached.
func (c *Control) store() (*store.Store, error) {
	if c.o.Store != nil {
		if s := c.o.Store(); s != nil {
			return s, nil
		}
	}
	return nil, refuse(http.StatusServiceUnavailable, "store_unavailable", "The store cannot be reached at the moment. Nothing was changed.")
}
