import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Creates each topic through Admin and fills it with an idempotent producer. */
final class Producing {
    private static final int PATIENCE_SECONDS = 30;
    private final String bootstrap;
    private final int records;
    private final long firstTimestamp;
    private int acknowledged;
    private String why;

    Producing(String bootstrap, int records, long firstTimestamp) {
        this.bootstrap = bootstrap;
        this.records = records;
        this.firstTimestamp = firstTimestamp;
    }

    /** Null, or what went wrong. */
    String run(String topic, String codec) throws Exception {
        acknowledged = 0;
        why = null;
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrap, "client.id", "compat-java-admin"))) {
            admin.createTopics(List.of(new NewTopic(topic, 1, (short) 1))).all().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
            int partitions = admin.describeTopics(List.of(topic)).allTopicNames().get(PATIENCE_SECONDS, TimeUnit.SECONDS).get(topic).partitions().size();
            if (partitions != 1) return "describeTopics tells " + partitions + " partitions";
            fill(topic, codec);
        } catch (ExecutionException failure) {
            return failure.getCause().toString();
        } catch (KafkaException failure) {
            return failure.toString();
        }
        return why != null || acknowledged == records ? why : acknowledged + " of " + records + " records were acknowledged";
    }

    private void fill(String topic, String codec) {
        Map<String, Object> config = Map.of("bootstrap.servers", bootstrap, "client.id", "compat-java", "compression.type", codec, "acks", "all",
            "enable.idempotence", true, "linger.ms", 50, "batch.size", 1 << 17, "delivery.timeout.ms", PATIENCE_SECONDS * 1000, "request.timeout.ms", 10000);
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer())) {
            for (int i = 0; i < records; i++) {
                producer.send(new ProducerRecord<>(topic, 0, firstTimestamp + i, Records.key(i), Records.value(i), Records.headers(i)), this::acknowledge);
            }
        }
    }

    /** Called by the producer's one thread, in the order of sending; close() comes after the last. */
    private void acknowledge(RecordMetadata metadata, Exception failure) {
        if (why == null && failure != null) why = failure.toString();
        if (why == null && metadata.offset() != acknowledged) why = "record " + acknowledged + " was acknowledged at offset " + metadata.offset();
        acknowledged++;
    }
}
