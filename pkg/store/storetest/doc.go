// Package storetest is what every implementation of the store promises, as tests:
//
//	storetest.Ledger(t, func(t *testing.T) store.Ledger { return empty ledger })
package storetest
