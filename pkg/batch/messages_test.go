package batch

import (
	"io"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/stretchr/testify/require"
)

func TestResultsAreToldInAnthropicsWords(t *testing.T) {
	ours := `{"id":"1","custom_id":"a<","response":{"status_code":200,"request_id":"1","body":{"type":"message"}},"error":null}
{"id":"2","custom_id":"b","response":{"status_code":429,"request_id":"2","body":{"type":"error"}},"error":null}
{"id":"3","custom_id":"c","response":null,"error":{"code":"batch_expired","message":"m"}}
{"id":"4","custom_id":"d","response":null,"error":{"code":"batch_cancelled","message":"m"}}
`
	text, err := io.ReadAll(iotest.OneByteReader(MessagesResults(strings.NewReader(ours))))
	require.NoError(t, err)
	require.Equal(t, `{"custom_id":"a<","result":{"type":"succeeded","message":{"type":"message"}}}
{"custom_id":"b","result":{"type":"errored","error":{"type":"error"}}}
{"custom_id":"c","result":{"type":"expired"}}
{"custom_id":"d","result":{"type":"canceled"}}
`, string(text))
}

func TestABatchIsDescribedInAnthropicsWords(t *testing.T) {
	b := Batch{ID: "b", Status: Cancelled, Ending: Cancelled, Counts: Counts{10, 3, 7}, GivenUp: 5, Ended: time.Unix(1, 0).UTC()}
	require.Contains(t, string(b.DescribeMessages("/r")), `"processing_status":"ended","request_counts":{"processing":0,"succeeded":3,"errored":2,"canceled":5,"expired":0}`)
	require.Contains(t, string(b.DescribeMessages("/r")), `"results_url":"/r"`)
	b = Batch{ID: "b", Status: Cancelling, Counts: Counts{10, 3, 0}}
	require.Contains(t, string(b.DescribeMessages("/r")), `"processing_status":"canceling","request_counts":{"processing":7,"succeeded":3,"errored":0,"canceled":0,"expired":0}`)
	require.Contains(t, string(b.DescribeMessages("/r")), `"results_url":null`)
}
