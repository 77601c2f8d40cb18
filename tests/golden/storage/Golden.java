import org.apache.kafka.clients.producer.*;
import org.apache.kafka.clients.admin.*;
import org.apache.kafka.common.serialization.*;
import java.util.*;
public class Golden {
  public static void main(String[] a) throws Exception {
    Properties p = new Properties();
    p.put("bootstrap.servers", a[0]);
    try (Admin admin = Admin.create(p)) {
      NewTopic t = new NewTopic("golden", 1, (short) 1);
      t.configs(Map.of("index.interval.bytes", "300", "segment.ms", "100000", "segment.index.bytes", "4096", "retention.ms", "-1"));
      admin.createTopics(List.of(t)).all().get();
    }
    p.put("key.serializer", StringSerializer.class.getName());
    p.put("value.serializer", StringSerializer.class.getName());
    p.put("linger.ms", "20");
    long base = 1700000000000L;
    Random r = new Random(1);
    Properties q = new Properties(); q.putAll(p); q.put("transactional.id", "tx");
    KafkaProducer<String,String> plain = new KafkaProducer<>(p), tx = new KafkaProducer<>(q);
    tx.initTransactions();
    for (int i = 0; i < 60; i++) {
      long ts = base + i * 5000L - (i % 4 == 3 ? 12000 : 0);
      int n = 1 + r.nextInt(3);
      KafkaProducer<String,String> use = i % 10 == 5 ? tx : plain;
      if (use == tx) tx.beginTransaction();
      for (int k = 0; k < n; k++) use.send(new ProducerRecord<>("golden", 0, ts + k, "k" + i, "v".repeat(20 + r.nextInt(150))));
      use.flush();
      if (use == tx) { if (i % 20 == 5) tx.abortTransaction(); else tx.commitTransaction(); }
    }
    plain.close(); tx.close();
  }
}
