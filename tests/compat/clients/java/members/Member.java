import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/** One member in a thread of its own: between two polls it does what it was told. */
final class Member extends Thread implements ConsumerRebalanceListener {
    private static final long POLL_MS = 50;
    private final String number;
    private final String name;
    private final String group;
    private final Map<String, String> options = new HashMap<>();
    private final ConcurrentLinkedQueue<String[]> calls = new ConcurrentLinkedQueue<>();
    private KafkaConsumer<byte[], byte[]> consumer;

    Member(String number, String[] words) {
        this.number = number;
        name = words[0];
        group = words[1];
        for (int i = 2; i < words.length; i++) {
            int equals = words[i].indexOf('=');
            options.put(words[i].substring(0, equals), words[i].substring(equals + 1));
        }
        setDaemon(true);
    }

    /** `rest` begins with the name of the member. */
    void tell(String of, String verb, String[] rest) {
        String[] call = new String[rest.length + 1];
        call[0] = of;
        call[1] = verb;
        System.arraycopy(rest, 1, call, 2, rest.length - 1);
        calls.add(call);
    }

    @Override
    public void run() {
        try {
            consumer = Members.newConsumer(settings());
            subscribe();
        } catch (Exception failure) {
            Members.say("failed", number, failure.toString());
            return;
        }
        Members.say("ok", number);
        for (boolean open = true; open; ) {
            try {
                poll();
                for (String[] call; open && (call = calls.poll()) != null; ) open = perform(call);
            } catch (Exception failure) {
                Members.say("error", name, failure.toString());
            }
        }
    }

    private Properties settings() {
        Properties settings = Members.settings(group);
        if (options.get("commit").equals("auto")) {
            settings.put("enable.auto.commit", "true");
            settings.put("auto.commit.interval.ms", "200");
        }
        if (options.containsKey("instance")) settings.put("group.instance.id", options.get("instance"));
        if (options.get("protocol").equals("consumer")) {
            settings.put("group.protocol", "consumer");
        } else {
            String assignor = options.get("assignor").equals("cooperative") ? "CooperativeStickyAssignor" : "RangeAssignor";
            settings.put("partition.assignment.strategy", "org.apache.kafka.clients.consumer." + assignor);
            settings.put("heartbeat.interval.ms", String.valueOf(Members.HEARTBEAT_MS));
            settings.put("session.timeout.ms", String.valueOf(Members.SESSION_MS));
        }
        return settings;
    }

    private void subscribe() throws Exception {
        if (options.containsKey("topic")) {
            consumer.subscribe(Collections.singletonList(options.get("topic")), this);
        } else if (options.get("protocol").equals("consumer")) {
            Class<?> pattern = Class.forName("org.apache.kafka.clients.consumer.SubscriptionPattern"); // the broker resolves it; since 4.0
            consumer.getClass().getMethod("subscribe", pattern, ConsumerRebalanceListener.class)
                .invoke(consumer, pattern.getConstructor(String.class).newInstance(options.get("pattern")), this);
        } else {
            consumer.subscribe(Pattern.compile(options.get("pattern")), this);
        }
    }

    private void poll() {
        Map<TopicPartition, StringBuilder> got = new LinkedHashMap<>();
        for (ConsumerRecord<byte[], byte[]> record : Since.poll(consumer, POLL_MS)) {
            got.computeIfAbsent(new TopicPartition(record.topic(), record.partition()), at -> new StringBuilder()).append(' ').append(record.offset());
        }
        got.forEach((at, offsets) -> Members.say("got", name, at.topic(), at.partition() + offsets.toString()));
    }

    /** Whether the member lives on. */
    private boolean perform(String[] call) {
        try {
            if (call[1].equals("close")) {
                consumer.close();
            } else if (call[1].equals("seek")) {
                consumer.seek(new TopicPartition(call[2], Integer.parseInt(call[3])), Long.parseLong(call[4]));
            } else {
                consumer.commitSync(offsets(call[2]));
            }
            Members.say("ok", call[0]);
        } catch (Exception failure) {
            Members.say("failed", call[0], failure.toString());
        }
        return !call[1].equals("close");
    }

    private static Map<TopicPartition, OffsetAndMetadata> offsets(String text) {
        Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
        for (String triple : text.split(",")) {
            String[] parts = triple.split(":");
            offsets.put(new TopicPartition(parts[0], Integer.parseInt(parts[1])), new OffsetAndMetadata(Long.parseLong(parts[2])));
        }
        return offsets;
    }

    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
        Members.say("assigned", name, places(partitions));
    }

    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
        Members.say("revoked", name, places(partitions));
    }

    private static String places(Collection<TopicPartition> partitions) {
        return partitions.stream().map(at -> at.topic() + ":" + at.partition()).collect(Collectors.joining(","));
    }
}
