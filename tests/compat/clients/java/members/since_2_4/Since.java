import java.time.Duration;
import java.util.Collections;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/** What the client calls differently since 2.4. */
final class Since {
    static ConsumerRecords<byte[], byte[]> poll(KafkaConsumer<byte[], byte[]> consumer, long milliseconds) {
        return consumer.poll(Duration.ofMillis(milliseconds));
    }

    static long committed(KafkaConsumer<byte[], byte[]> consumer, TopicPartition at) {
        OffsetAndMetadata found = consumer.committed(Collections.singleton(at)).get(at);
        return found == null ? -1 : found.offset();
    }
}
