package openai

import (
	"hash/fnv"
	"strings"
)

// shortCallIDs are as long as Mistral wants the ids of tool calls: nine letters
// and digits (https://docs.mistral.ai/capabilities/function_calling).
const shortCallIDs = 9

const alphanumerics = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

// shortCallID returns an id of nine letters and digits that stands for id: the
// same one each time, so that a call and its result keep finding each other.
func shortCallID(id string) string {
	if len(id) == shortCallIDs && strings.Trim(id, alphanumerics) == "" {
		return id
	}
	h := fnv.New64a()
	_, _ = h.Write([]byte(id)) // never fails
	sum := h.Sum64()
	var short [shortCallIDs]byte
	for i := range short {
		short[i] = alphanumerics[sum%uint64(len(alphanumerics))]
		sum /= uint64(len(alphanumerics))
	}
	return string(short[:])
}
