import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Reads all partitions of a pass together: assign and seek, nothing committed, no group. */
final class Consuming {
    private final Map<TopicPartition, Reading> readings = new HashMap<>();
    private final String bootstrap;
    private final long idleNanos;

    /** One job under way; its rows are (offset, timestamp, digest), 64-bit little-endian. */
    private static final class Reading {
        final String id;
        final long first;
        final long count;
        final DataOutputStream rows;
        long seen;

        Reading(String[] job) throws IOException {
            id = job[0];
            first = Long.parseLong(job[2]);
            count = Long.parseLong(job[3]);
            rows = new DataOutputStream(new BufferedOutputStream(new FileOutputStream(job[4]), 1 << 16));
        }

        void take(ConsumerRecord<byte[], byte[]> record) throws IOException {
            for (long number : new long[] {record.offset(), record.timestamp(), Records.digest(record)}) rows.writeLong(Long.reverseBytes(number));
            seen++;
        }
    }

    Consuming(String bootstrap, int idleSeconds) {
        this.bootstrap = bootstrap;
        this.idleNanos = Duration.ofSeconds(idleSeconds).toNanos();
    }

    void run(List<String[]> pass) throws IOException {
        for (String[] job : pass) readings.put(new TopicPartition(job[1], 0), new Reading(job));
        String why = "nothing new came";
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", bootstrap, "client.id", "compat-java", "enable.auto.commit", false, "auto.offset.reset", "none"),
                new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            consumer.assign(readings.keySet());
            readings.forEach((partition, reading) -> consumer.seek(partition, reading.first));
            for (long last = System.nanoTime(); !readings.isEmpty() && System.nanoTime() - last < idleNanos; ) {
                if (poll(consumer)) last = System.nanoTime();
            }
        } catch (KafkaException failure) {
            why = failure.toString();
        }
        for (Reading reading : readings.values()) end(reading, why + " after " + reading.seen + " of " + reading.count + " records");
    }

    private boolean poll(KafkaConsumer<byte[], byte[]> consumer) throws IOException {
        boolean came = false;
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(100))) {
            came = true;
            TopicPartition partition = new TopicPartition(record.topic(), record.partition());
            Reading reading = readings.get(partition);
            if (reading == null) continue;
            reading.take(record);
            if (reading.seen == reading.count) end(readings.remove(partition), null);
        }
        return came;
    }

    private static void end(Reading reading, String why) throws IOException {
        reading.rows.close();
        CompatClient.answer(reading.id, why);
    }
}
