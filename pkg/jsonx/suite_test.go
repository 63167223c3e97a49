package jsonx_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	// The module whose test data is read here has to be downloaded.
	_ "github.com/aws/smithy-go"
	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/pkg/jsonx"
)

// suiteDir finds Nicolas Seriot's JSONTestSuite, https://github.com/nst/JSONTestSuite,
// in the copy that smithy-go carries.
func suiteDir(t *testing.T) string {
	out, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/aws/smithy-go").Output()
	require.NoError(t, err)
	return filepath.Join(strings.TrimSpace(string(out)),
		"transport/http/protocol/internal/json/testdata/test_parsing")
}

// leftOpen are the files about which RFC 8259 lets a parser decide.
var leftOpen = map[string]bool{
	// A number is text to us; who reads it decides what it can hold.
	"i_number_double_huge_neg_exp.json":   true,
	"i_number_huge_exp.json":              true,
	"i_number_neg_int_huge_exp.json":      true,
	"i_number_pos_double_huge_exp.json":   true,
	"i_number_real_neg_overflow.json":     true,
	"i_number_real_pos_overflow.json":     true,
	"i_number_real_underflow.json":        true,
	"i_number_too_big_neg_int.json":       true,
	"i_number_too_big_pos_int.json":       true,
	"i_number_very_big_negative_int.json": true,
	// An escape of a lone surrogate is well formed, whatever it means.
	"i_object_key_lone_2nd_surrogate.json":                true,
	"i_string_1st_surrogate_but_2nd_missing.json":         true,
	"i_string_1st_valid_surrogate_2nd_invalid.json":       true,
	"i_string_incomplete_surrogate_and_escape_valid.json": true,
	"i_string_incomplete_surrogate_pair.json":             true,
	"i_string_incomplete_surrogates_escape_valid.json":    true,
	"i_string_invalid_lonely_surrogate.json":              true,
	"i_string_invalid_surrogate.json":                     true,
	"i_string_inverted_surrogates_U+1D11E.json":           true,
	"i_string_lone_second_surrogate.json":                 true,
	// Text that is not UTF-8 is refused.
	"i_string_UTF-16LE_with_BOM.json":              false,
	"i_string_UTF-8_invalid_sequence.json":         false,
	"i_string_UTF8_surrogate_U+D800.json":          false,
	"i_string_invalid_utf-8.json":                  false,
	"i_string_iso_latin_1.json":                    false,
	"i_string_lone_utf8_continuation_byte.json":    false,
	"i_string_not_in_unicode_range.json":           false,
	"i_string_overlong_sequence_2_bytes.json":      false,
	"i_string_overlong_sequence_6_bytes.json":      false,
	"i_string_overlong_sequence_6_bytes_null.json": false,
	"i_string_truncated-utf-8.json":                false,
	"i_string_utf16BE_no_BOM.json":                 false,
	"i_string_utf16LE_no_BOM.json":                 false,
	// Deeper than MaxDepth, and a byte order mark.
	"i_structure_500_nested_arrays.json":      false,
	"i_structure_UTF-8_BOM_empty_object.json": false,
}

func TestValidDecidesTheJSONTestSuite(t *testing.T) {
	dir := suiteDir(t)
	files, err := os.ReadDir(dir)
	require.NoError(t, err)
	require.Len(t, files, 318)
	for _, f := range files {
		t.Run(f.Name(), func(t *testing.T) {
			text, err := os.ReadFile(filepath.Join(dir, f.Name()))
			require.NoError(t, err)
			var want bool
			switch f.Name()[0] {
			case 'y':
				want = true
			case 'i':
				var known bool
				want, known = leftOpen[f.Name()]
				require.True(t, known, "not in the table")
			}
			err = jsonx.Valid(text)
			if want {
				require.NoError(t, err)
			} else {
				require.ErrorAs(t, err, new(*jsonx.SyntaxError))
			}
		})
	}
}
