// Package litellm turns the config.yaml of a LiteLLM proxy into a configuration file
// of this gateway. It is for moving over, once: nothing of it is read at run time.
//
// A file is read as a tree (convert.go), so that every setting is either carried over
// or named in a note. An entry of model_list becomes a key of a provider (deployment.go);
// entries with the same credential become one key. Which provider a prefix of LiteLLM's
// means is a table (providers.go).
//
// Secrets are carried as they stand, mostly as references to the environment; a note
// never holds one.
package litellm
