// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/slow/object/cloudclient.h"
#include "tests/support/runningcloud.h"
#include "tests/support/testregistry.h"

#include <QJsonArray>
#include <QRandomGenerator>
#include <QTest>
#include <QThread>

#include <thread>

using namespace nephele;
using namespace nephele::test;
using namespace Qt::StringLiterals;

namespace {

constexpr int writers = 5;
constexpr int namesEach = 8;
constexpr int rounds = 20;

// Bytes that are known by their seed and size alone. Few seeds, so that contents share blocks.
struct Piece
{
    quint32 seed = 0;
    qint64 bytes = 0;
    bool operator==(const Piece &) const = default;

    QByteArray content() const
    {
        QByteArray made(bytes, Qt::Uninitialized);
        quint64 state = seed * 0x9E3779B97F4A7C15ULL + 1;
        for (qint64 i = 0; i < bytes; ++i) {
            if (i % 8 == 0)
                state = state * 6364136223846793005ULL + 1442695040888963407ULL;
            made[i] = char(state >> (24 + i % 8));
        }
        return made;
    }
};

// What a name may hold: nothing, or the content of these pieces with that word about it.
struct State
{
    bool isThere = false;
    QList<Piece> pieces;
    QByteArray word; // X-Object-Meta-Word
    bool isManifest = false; // its own bytes are others
    bool operator==(const State &) const = default;

    QByteArray content() const
    {
        QByteArray all;
        for (const Piece &piece : pieces)
            all += piece.content();
        return all;
    }
};

// Acts on names of its own, one request after the other, until the cloud dies under it. Of every name it
// knows what was acknowledged last, and what else it may be because of a request nobody answered.
class Writer
{
public:
    Writer(int number, quint32 seed) : m_number(number), m_random(seed) { }

    // Until a request gets no answer. False when an answer was wrong.
    void run(CloudClient client)
    {
        while (m_problem.isEmpty() && act(client))
            ++m_acknowledged;
    }

    // Compares everything; from then on it is known what is there.
    QString verify(CloudClient client)
    {
        if (!m_problem.isEmpty())
            return m_problem;
        for (int i = 0; i < m_names.size(); ++i) {
            const RawReply reply = client.call("GET", path(i));
            if (reply.status != 200 && reply.status != 404)
                return u"%1 answers %2"_s.arg(QString::fromUtf8(path(i))).arg(reply.status);
            const auto fits = [&](const State &state) {
                return state.isThere == (reply.status == 200)
                    && (!state.isThere
                        || (reply.header("X-Object-Meta-Word") == state.word
                            && reply.body == state.content()));
            };
            QList<State> &allowed = m_names[i];
            const auto found = std::find_if(allowed.cbegin(), allowed.cend(), fits);
            if (found == allowed.cend())
                return u"%1 (%2, %3 bytes) is none of the %4 states it may be in"_s
                    .arg(QString::fromUtf8(path(i)))
                    .arg(reply.status)
                    .arg(reply.body.size())
                    .arg(allowed.size());
            allowed = { State(*found) };
        }
        return {};
    }

    qint64 acknowledged() const { return m_acknowledged; }

private:
    QByteArray name(int i) const { return "w" + QByteArray::number(m_number) + "/n" + QByteArray::number(i); }
    // Half of them write where older states are kept.
    QByteArray container() const { return m_number % 2 == 0 ? "crash" : "kept"; }
    QByteArray path(int i) const { return '/' + container() + '/' + name(i); }
    int someName() { return int(m_random.bounded(namesEach)); }

    Piece somePiece()
    {
        // Small, one block, several blocks of 4 MiB.
        static constexpr qint64 sizes[] = { 0, 1, 700, 65'536, 65'537, 300'000, 1'000'000, 5'000'000,
            9'000'000 };
        const int most = m_random.bounded(6) == 0 ? int(std::size(sizes)) : 6;
        return { m_random.bounded(12u), sizes[m_random.bounded(most)] };
    }
    QByteArray someWord() { return "word-" + QByteArray::number(m_random.bounded(1000)); }

    // One request that makes these names these states; false when nobody answered.
    bool change(CloudClient &client, const QMap<int, State> &to, const QByteArray &method,
        const QByteArray &at, const QByteArray &body, const QByteArray &fields, const QList<int> &good,
        CloudClient::Framing framing = CloudClient::Framing::Length)
    {
        const int status = client.status(method, at, body, fields, framing);
        for (const auto &[i, state] : to.asKeyValueRange()) {
            if (status == 0)
                m_names[i].append(state);
            else
                m_names[i] = { state };
        }
        if (status != 0 && !good.contains(status))
            m_problem =
                u"%1 %2 is answered %3"_s.arg(QString::fromUtf8(method), QString::fromUtf8(at)).arg(status);
        return status != 0;
    }

    bool act(CloudClient &client)
    {
        switch (m_random.bounded(11)) {
        case 0:
        case 1:
        case 2:
            return put(client, someName());
        case 3:
            return post(client, someName());
        case 4:
            return copy(client, someName(), someName());
        case 5:
            return remove(client, someName());
        case 6:
            return removeMany(client);
        case 7:
            return manifest(client);
        case 8:
        case 9:
            return append(client, someName());
        default:
            return putInChunks(client);
        }
    }

    bool put(CloudClient &client, int i)
    {
        const State state { true, { somePiece() }, someWord(), false };
        return change(client, { { i, state } }, "PUT", path(i), state.content(),
            "X-Object-Meta-Word: " + state.word + "\r\n", { 201 });
    }
    bool post(CloudClient &client, int i)
    {
        State state = m_names.at(i).constLast();
        if (!state.isThere)
            return put(client, i);
        state.word = someWord();
        return change(client, { { i, state } }, "POST", path(i), {},
            "X-Object-Meta-Word: " + state.word + "\r\n", { 202 });
    }
    bool copy(CloudClient &client, int from, int to)
    {
        State state = m_names.at(from).constLast();
        if (!state.isThere || from == to)
            return put(client, to);
        state.isManifest = false;
        return change(client, { { to, state } }, "COPY", path(from), {},
            "Destination: " + container() + '/' + name(to) + "\r\n", { 201 });
    }
    // By the other face: new bytes behind what is there.
    bool append(CloudClient &client, int i)
    {
        State state = m_names.at(i).constLast();
        if (!state.isThere || state.isManifest)
            return put(client, i);
        const Piece piece { m_random.bounded(12u), 1 + m_random.bounded(100'000) };
        state.pieces.append(piece);
        return change(client, { { i, state } }, "POST", client.pithos() + path(i) + "?update",
            piece.content(), "Content-Range: bytes */*\r\nContent-Type: application/octet-stream\r\n",
            { 204 });
    }
    bool remove(CloudClient &client, int i)
    {
        const bool isThere = m_names.at(i).constLast().isThere;
        return change(client, { { i, State() } }, "DELETE", path(i), {}, {}, { isThere ? 204 : 404 });
    }
    bool removeMany(CloudClient &client)
    {
        QMap<int, State> gone;
        QByteArray list;
        for (int i = someName(); i < namesEach; i += 2) {
            gone.insert(i, State());
            list += container() + '/' + name(i) + '\n';
        }
        return change(client, gone, "POST", "?bulk-delete", list, {}, { 200 });
    }
    // Two names become the parts, a third one the whole. The parts are let be from then on, until a whole of
    // them is no longer known: so they have names of their own.
    bool manifest(CloudClient &client)
    {
        QByteArray json;
        State whole { true, {}, someWord(), true };
        for (int i = 0; i < 2; ++i) {
            const Piece piece { m_random.bounded(12u), 1 + m_random.bounded(100'000) };
            const QByteArray part =
                "/crash/parts/" + QByteArray::number(piece.seed) + '-' + QByteArray::number(piece.bytes);
            const int status = client.status("PUT", part, piece.content());
            if (status == 0)
                return false;
            if (status != 201)
                m_problem = u"a part is answered %1"_s.arg(status);
            json += (i > 0 ? ", " : "") + QByteArray(R"({"path": ")") + part + "\"}";
            whole.pieces.append(piece);
        }
        const int i = someName();
        return change(client, { { i, whole } }, "PUT", path(i) + "?multipart-manifest=put", '[' + json + ']',
            "X-Object-Meta-Word: " + whole.word + "\r\n", { 201 });
    }
    bool putInChunks(CloudClient &client)
    {
        const int i = someName();
        const State state { true, { Piece { m_random.bounded(12u), 1 + m_random.bounded(200'000) } }, {},
            false };
        return change(client, { { i, state } }, "PUT", path(i), state.content(), {}, { 201 },
            CloudClient::Framing::Chunks);
    }

    const int m_number;
    QRandomGenerator m_random;
    QList<QList<State>> m_names = QList<QList<State>>(namesEach, { State() });
    QString m_problem;
    qint64 m_acknowledged = 0;
};

} // namespace

// The whole cloud is killed in the middle of many writes, again and again, with a collector that keeps
// nothing unused: whatever was acknowledged is there byte by byte or gone as it was told, what was not is
// wholly there or not at all, and the check finds nothing. NEPHELE_CRASH_ROUNDS says how often.
class tst_KilledCloud : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void whatWasAcknowledgedStays_data();
    void whatWasAcknowledgedStays();
    void cleanupTestCase();

private:
    bool start(QString *problem);

    RunningCloud m_cloud;
    std::optional<CloudClient> m_client;
    std::vector<std::unique_ptr<Writer>> m_writers;
    QRandomGenerator m_random { 20261122 };
};

bool tst_KilledCloud::start(QString *problem)
{
    return m_cloud.start(problem,
        { u"--hypervisor"_s, u"test:///default"_s, u"--test-collect"_s, u"20"_s, u"--reserve"_s, u"0"_s });
}

void tst_KilledCloud::initTestCase()
{
    QString problem;
    QVERIFY2(start(&problem), qPrintable(problem));
    m_client = CloudClient::signIn(m_cloud.url(), m_cloud.userName(), m_cloud.password());
    QVERIFY(m_client);
    QCOMPARE(m_client->at(m_cloud.url()).status("PUT", "/crash"), 201);
    QCOMPARE(m_client->at(m_cloud.url()).status("PUT", m_client->pithos() + "/kept"), 201);
    for (int i = 0; i < writers; ++i)
        m_writers.push_back(std::make_unique<Writer>(i, m_random.generate()));
}

void tst_KilledCloud::whatWasAcknowledgedStays_data()
{
    QTest::addColumn<int>("lifeMs");
    const int wanted = qEnvironmentVariableIntValue("NEPHELE_CRASH_ROUNDS");
    for (int round = 1; round <= (wanted > 0 ? wanted : rounds); ++round)
        QTest::addRow("kill %d", round) << 20 + m_random.bounded(700);
}

void tst_KilledCloud::whatWasAcknowledgedStays()
{
    QFETCH(int, lifeMs);
    std::vector<std::thread> threads;
    for (const auto &writer : m_writers)
        threads.emplace_back([this, &writer, url = m_cloud.url()] { writer->run(m_client->at(url)); });
    QThread::msleep(lifeMs);
    m_cloud.kill();
    for (std::thread &thread : threads)
        thread.join();
    const QString damage = m_cloud.check();
    QString problem;
    QVERIFY2(start(&problem), qPrintable(problem));
    QVERIFY2(damage.isEmpty(), qPrintable(damage));
    for (const auto &writer : m_writers) {
        const QString wrong = writer->verify(m_client->at(m_cloud.url()));
        QVERIFY2(wrong.isEmpty(), qPrintable(wrong));
    }
}

void tst_KilledCloud::cleanupTestCase()
{
    qint64 acknowledged = 0;
    for (const auto &writer : m_writers)
        acknowledged += writer->acknowledged();
    qInfo("%lld requests were acknowledged", acknowledged);
    QVERIFY(acknowledged > writers * 10);
    m_cloud.stop();
    QCOMPARE(m_cloud.check(), QString());
}

NEPHELE_TEST(tst_KilledCloud)
#include "tst_killedcloud.moc"
