// Package catalog knows models: which provider a well-known name belongs to, so that
// a caller may leave the provider out, and what their tokens cost.
//
// prices.tsv holds facts that the providers publish, gathered from their price pages
// and from public lists of them, such as https://github.com/pydantic/genai-prices.
// A call's cost is its usage times the price of the kind of token, summed in whole
// pico-dollars and rounded once to nano-dollars. It is not for what a caller may
// spend: that is the limits' part.
package catalog
