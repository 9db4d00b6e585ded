"""What schemathesis must be told to send the bytes of an upload."""

import schemathesis


@schemathesis.serializer("application/offset+octet-stream")
def appended(_context, value):
    """Bytes go as they are."""
    if isinstance(value, bytes):
        return value
    return str(value).encode("utf-8", "surrogatepass")
