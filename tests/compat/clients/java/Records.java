import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;

/** The Java twin of matrix/records.py. */
final class Records {
    private static final int LARGE = 1024;

    static byte[] key(int i) {
        switch (i % 4) {
            case 0: return null;
            case 1: return new byte[0];
            default: return bytes("key-" + i);
        }
    }

    static byte[] value(int i) {
        switch (i % 5) {
            case 0: return null;
            case 1: return new byte[0];
            case 2:
                String phrase = "value-" + i + " is one of the long ones and says so again; ";
                return Arrays.copyOf(bytes(phrase.repeat(LARGE / phrase.length() + 1)), LARGE);
            default: return bytes("value-" + i + " \u017elu\u0165ou\u010dk\u00fd k\u016f\u0148");
        }
    }

    static List<Header> headers(int i) {
        switch (i % 7) {
            case 1: return List.of(new RecordHeader("index", bytes(Integer.toString(i))));
            case 2: return List.of(new RecordHeader("null", (byte[]) null));
            case 3: return List.of(new RecordHeader("empty", new byte[0]));
            case 4: return List.of(new RecordHeader("twice", bytes("1")), new RecordHeader("twice", bytes("2")));
            default: return List.of();
        }
    }

    /** CRC-32 over lengths (-1 is null) and bytes. */
    static long digest(ConsumerRecord<byte[], byte[]> record) {
        CRC32 crc = new CRC32();
        add(crc, record.key());
        add(crc, record.value());
        Header[] headers = record.headers().toArray();
        add(crc, headers.length);
        for (Header header : headers) {
            add(crc, bytes(header.key()));
            add(crc, header.value());
        }
        return crc.getValue();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static void add(CRC32 crc, int number) {
        crc.update(ByteBuffer.allocate(4).putInt(0, number));
    }

    private static void add(CRC32 crc, byte[] data) {
        add(crc, data == null ? -1 : data.length);
        if (data != null) crc.update(data);
    }
}
