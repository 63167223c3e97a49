// Package huggingface is the form in which Hugging Face's own inference embeds texts, which
// is no dialect that anybody else speaks: the feature extraction of its pipelines.
//
// https://huggingface.co/docs/inference-providers/tasks/feature-extraction
package huggingface
