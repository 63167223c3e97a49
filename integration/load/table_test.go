package load

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestTableIsAlignedOrMarkdown(t *testing.T) {
	mk := func() *Table { return &Table{Head: []string{"a", "µs"}, Rows: [][]string{{"plain", "1"}}} }
	var text, md bytes.Buffer
	mk().Print(&text, false)
	mk().Print(&md, true)
	require.Equal(t, "a      µs\nplain  1\n", text.String())
	require.Equal(t, "| a     | µs |\n|---|---|\n| plain | 1  |\n", md.String())
}
