package io.lacewing.node.mqtt;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PayloadFormatTest {

    @ParameterizedTest
    @CsvSource({
        // not said, or said to be bytes
        "'', ff, true",
        "0100, ff, true",
        "03 0001 01, ff, true",
        "26 0001 01 0001 01, ff, true",
        // said, in any place
        "0101, ff, false",
        "03 0002 0100 0101, ff, false",
        "08 0001'a' 09 0003 010101 26 0000 0000 0101, ff, false",
        "0101 09 0002 0100, ff, false",
        // well-formed: one to four bytes at their bounds
        "0101, '', true",
        "0101, 00 7f, true",
        "0101, c280 dfbf, true",
        "0101, e0a080 ed9fbf ee8080 efbfbf, true",
        "0101, f0908080 f48fbfbf, true",
        // cut off, overlong, surrogate, too high, a byte that begins nothing
        "0101, c2, false",
        "0101, e0a0, false",
        "0101, f09080, false",
        "0101, c1bf, false",
        "0101, e09fbf, false",
        "0101, f08fbfbf, false",
        "0101, eda080, false",
        "0101, f4908080, false",
        "0101, f5808080, false",
        "0101, 80, false",
        "0101, c241, false",
        "0101, e0a041, false",
    })
    void thePayloadIsWhatItsPropertiesSay(String properties, String payload, boolean kept) {
        assertEquals(kept, PayloadFormat.isKept(Bytes.of(properties), Bytes.of(payload)));
    }
}
