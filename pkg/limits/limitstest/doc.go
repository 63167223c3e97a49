// Package limitstest is the contract of [limits.Limiter] as tests. Each
// implementation runs all of them, by a clock that the tests advance.
//
// suite.go names the tests; model.go holds a limiter against a simple model of
// what it may and must admit, over random sequences of calls.
package limitstest
