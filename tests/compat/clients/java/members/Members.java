import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Members of groups over Apache Kafka's client of any version since 0.11; matrix/groups/agent.py tells the conversation. */
public final class Members {
    static final int HEARTBEAT_MS = 300;
    static final int SESSION_MS = 10000;
    static final int REFRESH_MS = 500;
    private static final Map<String, Member> MEMBERS = new HashMap<>();
    private static String bootstrap;

    /** What is asked about no member. */
    private interface Question {
        String answer(KafkaConsumer<byte[], byte[]> consumer) throws Exception;
    }

    public static void main(String[] args) throws Exception {
        bootstrap = args[0];
        BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line; (line = lines.readLine()) != null; ) {
            String[] words = line.split(" ");
            String number = words[0];
            String[] rest = Arrays.copyOfRange(words, 2, words.length);
            switch (words[1]) {
                case "open":
                    MEMBERS.put(rest[0], new Member(number, rest));
                    MEMBERS.get(rest[0]).start();
                    break;
                case "committed":
                    ask(number, rest[0], consumer -> committed(consumer, rest[1], Integer.parseInt(rest[2])));
                    break;
                case "times":
                    ask(number, "compat-times", consumer -> times(consumer, new TopicPartition(rest[0], Integer.parseInt(rest[1])), Long.parseLong(rest[2])));
                    break;
                default:
                    MEMBERS.get(rest[0]).tell(number, words[1], rest);
            }
        }
        Runtime.getRuntime().halt(0);
    }

    static synchronized void say(String... words) {
        System.out.println(String.join(" ", words).replace('\n', ' '));
        System.out.flush();
    }

    static Properties settings(String group) {
        Properties settings = new Properties();
        settings.put("bootstrap.servers", bootstrap);
        settings.put("client.id", "compat-java");
        settings.put("group.id", group);
        settings.put("auto.offset.reset", "earliest");
        settings.put("enable.auto.commit", "false");
        settings.put("metadata.max.age.ms", String.valueOf(REFRESH_MS));
        return settings;
    }

    static KafkaConsumer<byte[], byte[]> newConsumer(Properties settings) {
        return new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    private static void ask(String number, String group, Question question) {
        new Thread(() -> {
            try (KafkaConsumer<byte[], byte[]> consumer = newConsumer(settings(group))) {
                say("ok", number, question.answer(consumer));
            } catch (Exception failure) {
                say("failed", number, failure.toString());
            }
        }).start();
    }

    private static String committed(KafkaConsumer<byte[], byte[]> consumer, String topic, int count) {
        long[] offsets = new long[count];
        for (int i = 0; i < count; i++) offsets[i] = Since.committed(consumer, new TopicPartition(topic, i));
        return Arrays.stream(offsets).mapToObj(String::valueOf).collect(Collectors.joining(" "));
    }

    private static String times(KafkaConsumer<byte[], byte[]> consumer, TopicPartition at, long timestamp) {
        Map<TopicPartition, Long> wanted = new HashMap<>();
        wanted.put(at, timestamp);
        OffsetAndTimestamp found = consumer.offsetsForTimes(wanted).get(at);
        return String.valueOf(found == null ? -1 : found.offset());
    }
}
