package genai

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/pkg/api"
)

func TestBase64IsReadInBothAlphabets(t *testing.T) {
	for in, want := range map[string]string{
		"": "", "AAAA": "AAAA", "AA==": "AA==", "AA": "AA==", "AAA": "AAA=", "-_-_": "+/+/", "-_8": "+/8=",
	} {
		got, ok := standardBase64(in)
		require.True(t, ok, in)
		require.Equal(t, want, got)
	}
	for _, in := range []string{"A", "AAAAA", "A A=", "AA=A", "A===", "ä", "\"", "===="} {
		_, ok := standardBase64(in)
		require.False(t, ok, in)
	}
}

func TestMissingMediaTypeIsTold(t *testing.T) {
	for _, row := range []struct {
		kind  api.PartKind
		media api.Media
		want  string
	}{
		{api.PartImage, api.Media{MIME: "image/webp", Data: "iVBORw0KGgo="}, "image/webp"},
		{api.PartImage, api.Media{Data: "iVBORw0KGgoAAAA="}, "image/png"},
		{api.PartImage, api.Media{MIME: "image/*", Data: "/9j/4AAQ"}, "image/jpeg"},
		{api.PartFile, api.Media{Data: "JVBERi0xLjQK"}, "application/pdf"},
		{api.PartAudio, api.Media{Format: "mp3", Data: "AAAA"}, "audio/mp3"},
		{api.PartAudio, api.Media{Data: "AAAA"}, "audio/wav"},
		{api.PartFile, api.Media{Data: "AAAA"}, "application/octet-stream"},
	} {
		require.Equal(t, row.want, mimeOf(row.kind, &row.media))
	}
}

func TestStoredFilesAreNamedByTheirURL(t *testing.T) {
	const stored = "https://generativelanguage.googleapis.com/v1beta/files/abc"
	for _, id := range []string{stored, "files/abc"} {
		got := encoded(t, &api.Request{Op: api.OpChat, Messages: []api.Message{
			{Parts: []api.Part{{Kind: api.PartFile, Media: &api.Media{FileID: id}}}},
		}})
		require.JSONEq(t, `{"contents":[{"role":"user","parts":[{"fileData":{"fileUri":"`+stored+`"}}]}]}`, got)
	}
}

func TestPlainTextDocumentIsSaidAsText(t *testing.T) {
	got := encoded(t, &api.Request{Op: api.OpChat, Messages: []api.Message{
		{Parts: []api.Part{{Kind: api.PartFile, Media: &api.Media{Text: "a note"}}}},
	}})
	require.JSONEq(t, `{"contents":[{"role":"user","parts":[{"text":"a note"}]}]}`, got)
}
