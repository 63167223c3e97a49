// Package catalog knows models: which provider a well-known name belongs to, so that
// a caller may leave the provider out, how much they take, what they can do, and what
// they cost.
//
// models.tsv holds facts that the providers publish, gathered from their price pages
// and from public lists of them, such as https://github.com/pydantic/genai-prices and
// https://github.com/BerriAI/litellm. A newer list may be fetched ([Refresher]); it
// then stands before the built-in one ([Live]).
//
// A call's cost is its usage times the price of the kind of token, summed in whole
// pico-dollars and rounded once to nano-dollars. It is not for what a caller may
// spend: that is the limits' part.
package catalog
