// Package mocker answers calls in the place of their provider, or fails them as a provider
// would: for tests of what calls models, and for demonstrations.
//
// [Kind] compiles the rules of the configuration. An attempt goes to the first rule, by
// priority, whose conditions it meets; that waits, and answers with one of its answers,
// drawn by weight. It stands where an attempt begins, so that routing, limits, retries by
// other providers and the log are those of real calls; no provider is asked and nothing costs.
//
// The settings have the names of Bifrost's mocker (plugins/mocker in maximhq/bifrost).
package mocker
