// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/signin/certificatedialog.h"

#include "app/widgets/paragraph.h"
#include "app/widgets/parts.h"

namespace nephele {

namespace {

// Sixteen pairs a line: two lines that eyes can compare.
QString inLines(const QByteArray &fingerprint)
{
    constexpr int pairsPerLine = 16;
    QStringList lines;
    for (qsizetype at = 0; at < fingerprint.size(); at += pairsPerLine * 3)
        lines.append(QString::fromLatin1(fingerprint.mid(at, pairsPerLine * 3 - 1)));
    return lines.join(QLatin1Char('\n'));
}

} // namespace

CertificateDialog::CertificateDialog(const UnknownCertificate &certificate, QWidget *parent) : QDialog(parent)
{
    setObjectName(QStringLiteral("certificateDialog"));
    setAttribute(Qt::WA_DeleteOnClose);
    const QString title = certificate.differsFromPinned
        ? tr("%1 shows another certificate").arg(certificate.host)
        : tr("Is this really %1?").arg(certificate.host);
    setWindowTitle(title);
    auto *column = makeColumn(this, metric::paneEdge, metric::gap);
    column->addWidget(makeLabel(title, Type::Heading));
    auto *text = makeParagraph(
        certificate.differsFromPinned ? tr(
            "It is not the one you trusted before. Either that machine made a new one, or somebody pretends "
            "to be it. Compare the fingerprint with the one that machine shows under Settings.")
                                      : tr("It has a certificate of its own making. Compare the fingerprint "
                                           "with the one that machine shows "
                                           "under Settings; if they are the same, it is safe to go on."));
    text->setMinimumWidth(Theme::px(420));
    column->addWidget(text);
    auto *fingerprint = makeLabel(inLines(certificate.fingerprint), Type::Mono);
    fingerprint->setObjectName(QStringLiteral("fingerprint"));
    fingerprint->setTextInteractionFlags(Qt::TextSelectableByMouse);
    fingerprint->setAccessibleName(tr("Fingerprint"));
    column->addWidget(fingerprint);
    column->addSpacing(metric::gapSmall);

    auto *cancel = makeButton(tr("Cancel"));
    auto *trust = makeButton(tr("Trust this certificate"),
        certificate.differsFromPinned ? ButtonKind::Danger : ButtonKind::Primary);
    trust->setObjectName(QStringLiteral("trustCertificate"));
    auto *buttons = makeRow();
    buttons->addStretch();
    buttons->addWidget(cancel);
    buttons->addWidget(trust);
    column->addLayout(buttons);
    cancel->setDefault(true);
    cancel->setFocus();
    connect(cancel, &QPushButton::clicked, this, &QDialog::reject);
    connect(trust, &QPushButton::clicked, this, [this, print = certificate.fingerprint] {
        emit trusted(print);
        accept();
    });
}

} // namespace nephele
