// Asks Apache Kafka's own assignors about random groups and writes vectors.txt. The README beside it has the command.
//
// Members and topics are handed over in order, in maps that keep it, and topic ids count up so that Kafka's hash sets keep it as well: what
// Kafka leaves to the order of its maps is decided by the order that our assignors are promised.
import java.io.PrintStream;
import java.util.*;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import org.apache.kafka.clients.consumer.ConsumerPartitionAssignor;
import org.apache.kafka.clients.consumer.RangeAssignor;
import org.apache.kafka.clients.consumer.RoundRobinAssignor;
import org.apache.kafka.common.Cluster;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.coordinator.group.api.assignor.*;
import org.apache.kafka.coordinator.group.assignor.UniformAssignor;

public class Assignments {
  record Topic(String name, int count, List<List<Integer>> replicas) {}
  record Member(String id, String instance, String rack, List<Integer> topics, Map<Integer, Set<Integer>> owned) {}
  record Group(List<Topic> topics, List<Member> members, boolean racks) {}

  static final Random random = new Random(20240131);
  static final String[] RACKS = {"r0", "r1", "r2", "r3"};

  static Group make(boolean equal, boolean owned, boolean racks, int mostMembers, int mostTopics, int mostPartitions) {
    List<Topic> topics = new ArrayList<>();
    int sameCount = random.nextInt(mostPartitions) + 1;
    for (int i = 0, n = random.nextInt(mostTopics) + 1; i < n; ++i) {
      int count = racks && random.nextBoolean() ? sameCount : random.nextInt(mostPartitions) + 1;
      List<List<Integer>> replicas = new ArrayList<>();
      for (int p = 0; p < count; ++p) {
        int first = random.nextInt(RACKS.length);
        replicas.add(random.nextBoolean() ? List.of(first) : List.of(first, (first + 1) % RACKS.length));
      }
      topics.add(new Topic("t" + (char) ('a' + i), count, replicas));
    }
    List<List<int[]>> taken = new ArrayList<>();
    int members = random.nextInt(mostMembers) + 1;
    for (int m = 0; m < members; ++m) taken.add(new ArrayList<>());
    if (owned)  // what an earlier group had, uneven, with holes and perhaps without some members
      for (int t = 0; t < topics.size(); ++t)
        for (int p = 0; p < topics.get(t).count; ++p) {
          int m = (int) Math.min(random.nextInt(members + 1), Math.abs(random.nextGaussian()) * members / 2);
          if (m < members) taken.get(m).add(new int[] {t, p});
        }
    List<Member> made = new ArrayList<>();
    for (int m = 0; m < members; ++m) {
      List<Integer> subscribed = new ArrayList<>();
      for (int t = 0; t < topics.size(); ++t)
        if (equal || random.nextInt(3) != 0) subscribed.add(t);
      Map<Integer, Set<Integer>> has = new TreeMap<>();
      for (int[] at : taken.get(m)) has.computeIfAbsent(at[0], x -> new TreeSet<>()).add(at[1]);
      String instance = !owned && random.nextInt(3) == 0 ? "i" + (char) ('z' - m) : null;
      String rack = racks && random.nextInt(5) != 0 ? RACKS[random.nextInt(RACKS.length)] : null;
      made.add(new Member(String.format("m%02d", m), instance, rack, subscribed, has));
    }
    return new Group(topics, made, racks);
  }

  static Uuid id(int topic) {
    return new Uuid(0, topic + 1);
  }

  static Map<String, SortedMap<Integer, SortedSet<Integer>>> onServer(PartitionAssignor assignor, Group group) throws Exception {
    Map<String, Member> members = new LinkedHashMap<>();
    group.members.forEach(member -> members.put(member.id, member));
    boolean equal = group.members.stream().map(Member::topics).distinct().count() <= 1;
    GroupSpec spec = new GroupSpec() {
      public Collection<String> memberIds() { return members.keySet(); }
      public SubscriptionType subscriptionType() { return equal ? SubscriptionType.HOMOGENEOUS : SubscriptionType.HETEROGENEOUS; }
      public boolean isPartitionAssigned(Uuid topic, int partition) {
        int t = (int) topic.getLeastSignificantBits() - 1;
        return members.values().stream().anyMatch(m -> m.owned.getOrDefault(t, Set.of()).contains(partition));
      }
      public boolean isPartitionAssignable(Uuid topic, int partition) { return true; }
      public MemberSubscription memberSubscription(String member) {
        Member m = members.get(member);
        return new MemberSubscription() {
          public Optional<String> rackId() { return Optional.ofNullable(m.rack); }
          public Optional<String> instanceId() { return Optional.ofNullable(m.instance); }
          public Set<Uuid> subscribedTopicIds() {
            return m.topics.stream().map(Assignments::id).collect(Collectors.toCollection(LinkedHashSet::new));
          }
        };
      }
      public MemberAssignment memberAssignment(String member) {
        Map<Uuid, Set<Integer>> had = new LinkedHashMap<>();
        members.get(member).owned.forEach((t, partitions) -> had.put(id(t), new TreeSet<>(partitions)));
        return () -> Collections.unmodifiableMap(had);
      }
    };
    SubscribedTopicDescriber describer = new SubscribedTopicDescriber() {
      public int numPartitions(Uuid topic) { return group.topics.get((int) topic.getLeastSignificantBits() - 1).count; }
      public Set<String> racksForPartition(Uuid topic, int partition) { return Set.of(); }
    };
    Map<String, SortedMap<Integer, SortedSet<Integer>>> result = new TreeMap<>();
    assignor.assign(spec, describer).members().forEach((member, assignment) -> {
      SortedMap<Integer, SortedSet<Integer>> gets = new TreeMap<>();
      assignment.partitions().forEach((topic, partitions) -> {
        if (!partitions.isEmpty()) gets.put((int) topic.getLeastSignificantBits() - 1, new TreeSet<>(partitions));
      });
      result.put(member, gets);
    });
    return result;
  }

  static Map<String, SortedMap<Integer, SortedSet<Integer>>> inClient(ConsumerPartitionAssignor assignor, Group group) {
    List<Node> nodes = IntStream.range(0, RACKS.length).mapToObj(i -> new Node(i, "h", 1, group.racks ? RACKS[i] : null)).toList();
    List<PartitionInfo> infos = new ArrayList<>();
    Map<String, Integer> index = new HashMap<>();
    for (int t = 0; t < group.topics.size(); ++t) {
      Topic topic = group.topics.get(t);
      index.put(topic.name, t);
      for (int p = 0; p < topic.count; ++p) {
        Node[] replicas = topic.replicas.get(p).stream().map(nodes::get).toArray(Node[]::new);
        infos.add(new PartitionInfo(topic.name, p, replicas[0], replicas, replicas));
      }
    }
    Cluster cluster = new Cluster("c", nodes, infos, Set.of(), Set.of());
    Map<String, ConsumerPartitionAssignor.Subscription> subscriptions = new LinkedHashMap<>();
    for (Member m : group.members) {
      List<String> names = m.topics.stream().map(t -> group.topics.get(t).name).toList();
      var subscription = new ConsumerPartitionAssignor.Subscription(names, null, List.of(), -1, Optional.ofNullable(m.rack));
      subscription.setGroupInstanceId(Optional.ofNullable(m.instance));
      subscriptions.put(m.id, subscription);
    }
    Map<String, SortedMap<Integer, SortedSet<Integer>>> result = new TreeMap<>();
    assignor.assign(cluster, new ConsumerPartitionAssignor.GroupSubscription(subscriptions)).groupAssignment().forEach((member, gets) -> {
      SortedMap<Integer, SortedSet<Integer>> by = new TreeMap<>();
      for (TopicPartition tp : gets.partitions()) by.computeIfAbsent(index.get(tp.topic()), x -> new TreeSet<>()).add(tp.partition());
      result.put(member, by);
    });
    return result;
  }

  static String or(String text) {
    return text == null || text.isEmpty() ? "-" : text;
  }

  static String text(Group group, Map<Integer, ? extends Set<Integer>> partitions) {
    return or(partitions.entrySet().stream()
                  .map(e -> group.topics.get(e.getKey()).name + ":" + e.getValue().stream().map(String::valueOf).collect(Collectors.joining("+")))
                  .collect(Collectors.joining(",")));
  }

  static void print(PrintStream out, String assignor, Group group, Map<String, SortedMap<Integer, SortedSet<Integer>>> result) {
    out.println("group " + assignor);
    for (Topic topic : group.topics) {
      String racks = !group.racks ? "-"
          : topic.replicas.stream().map(nodes -> nodes.stream().map(n -> RACKS[n]).collect(Collectors.joining("+"))).collect(Collectors.joining(","));
      out.println("topic " + topic.name + " " + topic.count + " " + racks);
    }
    for (Member m : group.members)
      out.println("member " + m.id + " " + or(m.instance) + " " + or(m.rack) + " "
          + or(m.topics.stream().map(t -> group.topics.get(t).name).collect(Collectors.joining(","))) + " " + text(group, m.owned) + " "
          + text(group, result.getOrDefault(m.id, new TreeMap<>())));
  }

  public static void main(String[] args) throws Exception {
    try (PrintStream out = new PrintStream(args[0])) {
      for (int i = 0; i < 60; ++i) {
        Group plain = make(i % 2 == 0, false, false, 7, 4, 9);
        print(out, "range", plain, onServer(new org.apache.kafka.coordinator.group.assignor.RangeAssignor(), plain));
        if (!inClient(new RangeAssignor(), plain).equals(onServer(new org.apache.kafka.coordinator.group.assignor.RangeAssignor(), plain)))
          System.out.println("range differs between client and server: " + plain);
        print(out, "roundrobin", plain, inClient(new RoundRobinAssignor(), plain));
        Group racks = make(i % 3 != 0, false, true, 7, 4, 9);
        print(out, "range", racks, inClient(new RangeAssignor(), racks));
        Group fresh = make(i % 2 == 0, false, false, 7, 4, 9);
        print(out, "uniform", fresh, onServer(new UniformAssignor(), fresh));
        Group grown = make(i % 2 == 0, true, false, 7, 4, 9);
        print(out, "uniform", grown, onServer(new UniformAssignor(), grown));
      }
    }
  }
}
