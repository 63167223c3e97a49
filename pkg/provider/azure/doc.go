// Package azure is the way into Azure OpenAI: each key has a resource with an
// address of its own, models are deployments, which older versions of the API have
// in the path, and a key is a value in the header api-key or an Entra identity.
//
// https://learn.microsoft.com/azure/ai-foundry/openai/reference
package azure
