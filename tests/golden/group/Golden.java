// Three consumers in the life of one KIP-848 group: a static one with a rack and an assignor of its choice, one with a regular expression,
// one of the classic protocol; and their ends. See README.md.
import java.time.Duration;
import java.util.*;
import org.apache.kafka.clients.consumer.*;

public class Golden {
  static KafkaConsumer<byte[], byte[]> consumer(String address, String protocol, String client, String... more) {
    Properties p = new Properties();
    p.put("bootstrap.servers", address);
    p.put("group.id", "golden");
    p.put("client.id", client);
    p.put("group.protocol", protocol);
    for (String what : List.of("key", "value")) p.put(what + ".deserializer", "org.apache.kafka.common.serialization.ByteArrayDeserializer");
    for (int i = 0; i < more.length; i += 2) p.put(more[i], more[i + 1]);
    return new KafkaConsumer<>(p);
  }

  static void poll(int seconds, KafkaConsumer<?, ?>... consumers) {
    for (int i = 0; i < seconds * 5; i++)
      for (var consumer : consumers) consumer.poll(Duration.ofMillis(200 / consumers.length));
  }

  public static void main(String[] arguments) {
    String address = arguments[0];
    var one = consumer(address, "consumer", "one", "group.instance.id", "i1", "client.rack", "r1", "group.remote.assignor", "range");
    one.subscribe(List.of("orders", "other"));
    poll(6, one);
    var two = consumer(address, "consumer", "two");
    two.subscribe(new SubscriptionPattern("o.*s|other"));
    poll(15, one, two);
    var three = consumer(address, "classic", "three");
    three.subscribe(List.of("orders"));
    poll(25, one, two, three);
    three.close();
    poll(10, one, two);
    two.close();
    one.close();
  }
}
