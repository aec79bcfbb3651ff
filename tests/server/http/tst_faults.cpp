// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/http/accesslog.h"
#include "server/http/respond.h"
#include "tests/support/testregistry.h"

#include <QJsonDocument>
#include <QJsonObject>
#include <QRegularExpression>
#include <QXmlStreamReader>

using namespace nephele;

Q_DECLARE_METATYPE(nephele::FaultForm)
Q_DECLARE_METATYPE(nephele::ErrorCode)

class tst_Faults : public QObject
{
    Q_OBJECT

private slots:
    void anErrorHasStatusAndNameInItsFace_data();
    void anErrorHasStatusAndNameInItsFace();
    void everyErrorIsAFaultInEveryForm_data();
    void everyErrorIsAFaultInEveryForm();
    void insideStaysInside_data();
    void insideStaysInside();
    void synnefoFaultsComeAsXmlToo();
    void pithosSaysItInWords();
    void requestIdsGoByTheNamesClientsKnow();
    void aPathIsLoggedWithoutItsSecrets_data();
    void aPathIsLoggedWithoutItsSecrets();
};

namespace {

const FaultForm allForms[] = { FaultForm::Astakos, FaultForm::Cyclades, FaultForm::Pithos,
    FaultForm::Keystone, FaultForm::Nova, FaultForm::Glance, FaultForm::Neutron, FaultForm::Cinder,
    FaultForm::Swift, FaultForm::Nephele };

FaultContext contextOf(FaultForm form)
{
    return { form, ReplyFormat::Json, "req-7c0f1d2e-94b1-4a5e-8f00-0123456789ab", "http://localhost:5080" };
}

Response responseTo(ErrorCode code, FaultForm form)
{
    return respond(Error { code, QStringLiteral("The thing \"x\" is wrong."), {} }, contextOf(form));
}

QJsonObject objectOf(const Response &response)
{
    return QJsonDocument::fromJson(response.body).object();
}

} // namespace

void tst_Faults::anErrorHasStatusAndNameInItsFace_data()
{
    QTest::addColumn<FaultForm>("form");
    QTest::addColumn<ErrorCode>("code");
    QTest::addColumn<int>("status");
    QTest::addColumn<QString>("name"); // the one key; for Neutron the type
    const auto row = [](const char *title, FaultForm form, ErrorCode code, int status, const char *name) {
        QTest::addRow("%s %s %d", title, name, status) << form << code << status << QString::fromLatin1(name);
    };
    using F = FaultForm;
    using E = ErrorCode;
    row("Cyclades", F::Cyclades, E::Invalid, 400, "badRequest");
    row("Cyclades", F::Cyclades, E::Unauthenticated, 401, "unauthorized");
    row("Cyclades", F::Cyclades, E::Forbidden, 403, "forbidden");
    row("Cyclades", F::Cyclades, E::NotFound, 404, "itemNotFound");
    row("Cyclades", F::Cyclades, E::Conflict, 409, "conflict");
    row("Cyclades", F::Cyclades, E::QuotaExceeded, 413, "overLimit");
    row("Cyclades", F::Cyclades, E::Unsupported, 501, "notImplemented");
    row("Cyclades", F::Cyclades, E::Unavailable, 503, "serviceUnavailable");
    row("Cyclades timeout", F::Cyclades, E::Timeout, 503, "serviceUnavailable");
    row("Cyclades", F::Cyclades, E::Internal, 500, "internalServerError");
    row("Astakos", F::Astakos, E::QuotaExceeded, 413, "overLimit");
    row("Pithos", F::Pithos, E::QuotaExceeded, 413, "requestEntityTooLarge");
    row("Pithos", F::Pithos, E::PreconditionFailed, 412, "preconditionFailed");
    row("Pithos", F::Pithos, E::RangeNotSatisfiable, 416, "rangeNotSatisfiable");
    row("Pithos", F::Pithos, E::Unprocessable, 422, "unprocessableEntity");
    row("Nova", F::Nova, E::Invalid, 400, "badRequest");
    row("Nova", F::Nova, E::NotFound, 404, "itemNotFound");
    row("Nova", F::Nova, E::Conflict, 409, "conflictingRequest");
    row("Nova busy", F::Nova, E::Busy, 409, "conflictingRequest");
    row("Nova quota", F::Nova, E::QuotaExceeded, 403, "forbidden");
    row("Nova", F::Nova, E::TooManyRequests, 429, "overLimit");
    row("Nova", F::Nova, E::Internal, 500, "computeFault");
    row("Cinder quota", F::Cinder, E::QuotaExceeded, 413, "overLimit");
    row("Neutron", F::Neutron, E::NotFound, 404, "HTTPNotFound");
    row("Neutron", F::Neutron, E::Conflict, 409, "Conflict");
    row("Neutron quota", F::Neutron, E::QuotaExceeded, 409, "OverQuota");
    row("Keystone", F::Keystone, E::NotFound, 404, "error");
    row("Keystone quota", F::Keystone, E::QuotaExceeded, 403, "error");
    row("Glance", F::Glance, E::Conflict, 409, "error");
    row("Glance quota", F::Glance, E::QuotaExceeded, 413, "error");
    row("Nephele", F::Nephele, E::Busy, 409, "error");
    row("Nephele timeout", F::Nephele, E::Timeout, 504, "error");
}

void tst_Faults::anErrorHasStatusAndNameInItsFace()
{
    QFETCH(FaultForm, form);
    QFETCH(ErrorCode, code);
    QFETCH(int, status);
    QFETCH(QString, name);
    FaultContext context = contextOf(form);
    const Response response = respond(Error { code, QStringLiteral("Why."), {} }, context);
    QCOMPARE(response.status, status);
    const QJsonObject object = objectOf(response);
    QCOMPARE(object.size(), 1);
    if (form == FaultForm::Neutron) {
        QCOMPARE(object.value(QStringLiteral("NeutronError"))[QStringLiteral("type")].toString(), name);
        return;
    }
    QCOMPARE(object.keys().first(), name);
}

void tst_Faults::everyErrorIsAFaultInEveryForm_data()
{
    QTest::addColumn<FaultForm>("form");
    for (const FaultForm form : allForms)
        QTest::addRow("form %d", int(form)) << form;
}

void tst_Faults::everyErrorIsAFaultInEveryForm()
{
    QFETCH(FaultForm, form);
    for (int code = 0; code <= int(ErrorCode::Internal); ++code) {
        const Response response = responseTo(ErrorCode(code), form);
        QVERIFY(response.status >= 400 && response.status < 600);
        QVERIFY(!response.body.isEmpty());
        QVERIFY(response.headers.contains("Content-Type"));
        QCOMPARE(response.headers.contains("WWW-Authenticate"), response.status == 401);
        if (response.headers.value("Content-Type").contains("json")) {
            const QJsonObject object = objectOf(response);
            QCOMPARE(object.size(), 1);
            const QString message =
                object.constBegin().value().toObject().value(QStringLiteral("message")).toString();
            QCOMPARE(
                message == QStringLiteral("The thing \"x\" is wrong."), code != int(ErrorCode::Internal));
        }
    }
}

void tst_Faults::insideStaysInside_data()
{
    everyErrorIsAFaultInEveryForm_data();
}

void tst_Faults::insideStaysInside()
{
    QFETCH(FaultForm, form);
    const QString secret = QStringLiteral("SELECT hash FROM token -- /var/lib/nephele");
    QTest::ignoreMessage(QtCriticalMsg, QRegularExpression(QStringLiteral("req-7c0f.*SELECT hash")));
    const Response response = respond(internalError(secret), contextOf(form));
    QCOMPARE(response.status, 500);
    QVERIFY(!response.body.contains("SELECT"));
    QVERIFY(response.body.contains("req-7c0f1d2e"));
    // Nor does the detail of what may be told.
    const Response told =
        respond(Error { ErrorCode::Unavailable, QStringLiteral("Try again."), secret }, contextOf(form));
    QVERIFY(!told.body.contains("SELECT"));
}

void tst_Faults::synnefoFaultsComeAsXmlToo()
{
    FaultContext context = contextOf(FaultForm::Cyclades);
    context.format = ReplyFormat::Xml;
    const Response response = respond(notFound(QStringLiteral("No <server> & no \x01 control.")), context);
    QCOMPARE(response.headers.value("Content-Type"), QByteArray("application/xml; charset=UTF-8"));
    QXmlStreamReader xml(response.body);
    QVERIFY(xml.readNextStartElement());
    QCOMPARE(xml.name(), QStringLiteral("itemNotFound"));
    QCOMPARE(xml.namespaceUri(), QStringLiteral("http://docs.openstack.org/compute/api/v1.1"));
    QCOMPARE(xml.attributes().value(QStringLiteral("code")), QStringLiteral("404"));
    QVERIFY(xml.readNextStartElement());
    QCOMPARE(xml.name(), QStringLiteral("message"));
    QCOMPARE(xml.readElementText(), QStringLiteral("No <server> & no  control."));
    QVERIFY(xml.readNextStartElement());
    QCOMPARE(xml.name(), QStringLiteral("details"));
    while (!xml.atEnd())
        xml.readNext();
    QVERIFY2(!xml.hasError(), qPrintable(xml.errorString()));

    context.form = FaultForm::Pithos;
    QXmlStreamReader plain(respond(notFound(QStringLiteral("No.")), context).body);
    QVERIFY(plain.readNextStartElement());
    QVERIFY(plain.namespaceUri().isEmpty());
}

void tst_Faults::pithosSaysItInWords()
{
    FaultContext context = contextOf(FaultForm::Pithos);
    context.format = ReplyFormat::Text;
    const Response response = respond(notFound(QStringLiteral("No object.")), context);
    QCOMPARE(response.headers.value("Content-Type"), QByteArray("text/plain; charset=UTF-8"));
    QCOMPARE(response.body, QByteArray("No object.\n"));
}

void tst_Faults::requestIdsGoByTheNamesClientsKnow()
{
    static const QRegularExpression trans(QStringLiteral("^tx[0-9a-f]{21}-[0-9a-f]{10}$"));
    for (const FaultForm form : allForms) {
        Headers headers;
        const FaultContext context = contextOf(form);
        addRequestIds(headers, context, 1'000'000'000'000);
        QCOMPARE(headers.value("X-Openstack-Request-Id"), context.requestId);
        QCOMPARE(headers.contains("X-Compute-Request-Id"), form == FaultForm::Nova);
        const bool isObjectStore = form == FaultForm::Swift || form == FaultForm::Pithos;
        QCOMPARE(headers.contains("X-Trans-Id"), isObjectStore);
        if (isObjectStore)
            QVERIFY(trans.match(QString::fromLatin1(headers.value("X-Trans-Id"))).hasMatch());
    }
}

void tst_Faults::aPathIsLoggedWithoutItsSecrets_data()
{
    QTest::addColumn<QByteArray>("path");
    QTest::addColumn<QByteArray>("logged");
    QTest::addRow("plain") << QByteArray("/compute/v2.1/servers") << QByteArray("/compute/v2.1/servers");
    QTest::addRow("query") << QByteArray("/a?X-Auth-Token=s") << QByteArray("/a");
    QTest::addRow("token in the path") << QByteArray("/astakos/identity/v2.0/tokens/s3cret/endpoints")
                                       << QByteArray("/astakos/identity/v2.0/tokens/.../endpoints");
    QTest::addRow("at the end") << QByteArray("/x/tokens/s3cret") << QByteArray("/x/tokens/...");
    QTest::addRow("control characters") << QByteArray("/a\x1b[2J") << QByteArray("/a?[2J");
}

void tst_Faults::aPathIsLoggedWithoutItsSecrets()
{
    QFETCH(QByteArray, path);
    QFETCH(QByteArray, logged);
    QCOMPARE(loggablePath(path), logged);
}

NEPHELE_TEST(tst_Faults)
#include "tst_faults.moc"
