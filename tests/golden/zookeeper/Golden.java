import java.nio.charset.StandardCharsets;
import java.util.*;
import org.apache.kafka.clients.admin.*;
import org.apache.kafka.clients.producer.*;
import org.apache.kafka.common.*;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.quota.*;
import org.apache.kafka.common.serialization.*;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.data.Stat;

public class Golden {
  public static void main(String[] a) throws Exception {
    if (a[0].equals("make")) make(a[1]);
    if (a[0].equals("upset")) upset(a[1]);
    if (a[0].equals("dump")) dump(a[1]);
    if (a[0].equals("rare")) rare();
  }

  static void make(String servers) throws Exception {
    Map<String, Object> p = Map.of("bootstrap.servers", servers);
    try (Admin admin = Admin.create(p)) {
      NewTopic orders = new NewTopic("orders", 3, (short) 2).configs(Map.of("retention.ms", "3600000", "cleanup.policy", "compact,delete"));
      NewTopic placed = new NewTopic("placed_by.hand", Map.of(0, List.of(2), 1, List.of(1), 2, List.of(2)));
      admin.createTopics(List.of(orders, placed, new NewTopic("gone", 1, (short) 1), new NewTopic("doomed", 1, (short) 2))).all().get();
      admin.createPartitions(Map.of("placed_by.hand", NewPartitions.increaseTo(12))).all().get();
      set(admin, ConfigResource.Type.BROKER, "1", "log.cleaner.threads", "2");
      set(admin, ConfigResource.Type.BROKER, "", "log.retention.ms", "7200000");
      set(admin, ConfigResource.Type.TOPIC, "placed_by.hand", "max.message.bytes", "5000");
      set(admin, ConfigResource.Type.TOPIC, "placed_by.hand", "max.message.bytes", null);
      quota(admin, Map.of("user", "anna b*", "client-id", "<x>"));
      Map<String, String> everybody = new HashMap<>();
      everybody.put("user", null);
      quota(admin, everybody);
      admin.alterUserScramCredentials(List.of(new UserScramCredentialUpsertion("anna b*",
          new ScramCredentialInfo(ScramMechanism.SCRAM_SHA_256, 4096), "pw".getBytes(), "salt".getBytes()))).all().get();
      admin.deleteTopics(List.of("gone")).all().get();
    }
    Map<String, Object> q = new HashMap<>(p);
    q.put("enable.idempotence", true);
    try (KafkaProducer<String, String> producer = new KafkaProducer<>(q, new StringSerializer(), new StringSerializer())) {
      for (int i = 0; i < 10; i++) producer.send(new ProducerRecord<>("orders", i % 3, "k" + i, "v" + i)).get();
    }
  }

  // What cannot be finished while the broker 2 is away.
  static void upset(String servers) throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", servers))) {
      admin.deleteTopics(List.of("doomed")).all().get();
    }
  }

  // What these brokers never came to write, by Kafka's own encoders. Raw lists: Scala's are awkward here.
  @SuppressWarnings({"rawtypes", "unchecked"})
  static void rare() throws Exception {
    scala.collection.immutable.List none = scala.collection.immutable.Nil$.MODULE$;
    scala.Option nothing = scala.Option.empty();
    var three = new scala.collection.immutable.$colon$colon(3, none);
    var isr = new org.apache.kafka.common.message.AlterPartitionRequestData.BrokerState().setBrokerId(3);
    print(kafka.zk.TopicPartitionStateZNode.encode(new kafka.controller.LeaderIsrAndControllerEpoch(new kafka.api.LeaderAndIsr(3, 7,
        org.apache.kafka.metadata.LeaderRecoveryState.RECOVERING, new scala.collection.immutable.$colon$colon(isr, none), 9), 4)));
    var end = new kafka.cluster.EndPoint("::1", 9093, new org.apache.kafka.common.network.ListenerName("INNER"),
        org.apache.kafka.common.security.auth.SecurityProtocol.SASL_SSL);
    var features = org.apache.kafka.common.feature.Features.supportedFeatures(
        Map.of("f", new org.apache.kafka.common.feature.SupportedVersionRange((short) 1, (short) 2)));
    print(kafka.zk.BrokerIdZNode.encode(5, null, -1, new scala.collection.immutable.$colon$colon(end, none), -1, nothing, features));
    Map moved = Map.of(new TopicPartition("t", 0), new kafka.controller.ReplicaAssignment(three, three, none));
    print(kafka.zk.TopicZNode.encode(nothing, scala.jdk.javaapi.CollectionConverters.asScala(moved)));
    Map levels = Map.of("group.version", (short) 1);
    print(kafka.zk.FeatureZNode.encode(new kafka.zk.FeatureZNode(2, kafka.zk.FeatureZNodeStatus.Enabled$.MODULE$,
        scala.jdk.javaapi.CollectionConverters.asScala(levels))));
  }

  static void print(byte[] data) { System.out.println(new String(data, StandardCharsets.UTF_8)); }

  static void set(Admin admin, ConfigResource.Type type, String name, String key, String value) throws Exception {
    AlterConfigOp op = new AlterConfigOp(new ConfigEntry(key, value), value == null ? AlterConfigOp.OpType.DELETE : AlterConfigOp.OpType.SET);
    admin.incrementalAlterConfigs(Map.of(new ConfigResource(type, name), List.of(op))).all().get();
  }

  static void quota(Admin admin, Map<String, String> entity) throws Exception {
    admin.alterClientQuotas(List.of(new ClientQuotaAlteration(new ClientQuotaEntity(entity),
        List.of(new ClientQuotaAlteration.Op("producer_byte_rate", 1024.0))))).all().get();
  }

  // A line a node: path, data version, "E" of a session's own, data; "-" where the data is null. No data of Kafka's has a tab or a line's end.
  static void dump(String servers) throws Exception {
    ZooKeeper keeper = new ZooKeeper(servers, 30000, event -> {});
    walk(keeper, "/");
    keeper.close();
  }

  static void walk(ZooKeeper keeper, String path) throws Exception {
    Stat stat = new Stat();
    byte[] data = keeper.getData(path, false, stat);
    if (!path.equals("/")) {
      System.out.println(path + "\t" + stat.getVersion() + "\t" + (stat.getEphemeralOwner() != 0 ? "E" : "P") + "\t"
          + (data == null ? "-" : new String(data, StandardCharsets.UTF_8)));
    }
    List<String> children = keeper.getChildren(path, false);
    Collections.sort(children);
    for (String child : children) if (!child.equals("zookeeper")) walk(keeper, (path.equals("/") ? "" : path) + "/" + child);
  }
}
